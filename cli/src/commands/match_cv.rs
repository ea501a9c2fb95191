//! `match`: the best jobs for one CV, for people to read.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use serde_json::json;
use shared::domain::{Explanation, JobText, MustHaveCheck, PartKind, Profile, Remote, Score, Source};
use shared::explanation::explain;
use shared::matching::{Direction, Variant, evidence, rank_with_must_haves};
use shared::skills::Taxonomy;

use super::documents::{Cvs, Jobs};
use super::inputs::{CvLine, Id, JobLine, embedder, in_checkout, read_lines};
use super::terminal::{Pen, Style, bar, wrapped};
use crate::output::Lines;

/// Prints the jobs that fit one CV best, each with its score, the score's parts, matched and missing skills, and an
/// explanation that quotes both. Jobs with a condition (`must_haves`) that the CV does not meet are left out and told apart.
/// Needs no server.
///
/// Example: cv-matching match my-cv.pdf --jobs my-jobs.ndjson -k 5
#[derive(Args)]
pub struct MatchArguments {
    /// The CV (PDF, DOCX, ODT, RTF, HTML, Markdown, text); `-` is standard input.
    cv: PathBuf,
    /// NDJSON of jobs {id, title, company, location, text} [default: the sample jobs of the checkout].
    #[arg(long, value_name = "FILE")]
    jobs: Option<PathBuf>,
    /// How many jobs.
    #[arg(short, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// Print one JSON object a job.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    rank: usize,
    job_id: &'a Id,
    #[serde(flatten)]
    job: Shown<'a>,
    #[serde(flatten)]
    score: &'a Score,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    must_haves: &'a [MustHaveCheck],
    explanation: &'a Explanation,
}

#[derive(Serialize)]
struct Shown<'a> {
    title: &'a str,
    company: Option<&'a str>,
    location: Option<&'a str>,
}

pub fn run(arguments: &MatchArguments) -> anyhow::Result<ExitCode> {
    let file = match &arguments.jobs {
        Some(file) => file.clone(),
        None => in_checkout("samples/jobs.ndjson")
            .context("there are no sample jobs here: name a file with --jobs")?,
    };
    if arguments.cv == Path::new("-") && file == Path::new("-") {
        eprintln!("cv-matching: only one of the CV and --jobs can be standard input");
        return Ok(ExitCode::from(2));
    }
    let cv =
        CvLine { id: Id::Text(String::new()), text: None, path: Some(arguments.cv.clone()), profile: None };
    let embedder = embedder()?;
    // A CV that cannot be read is told before thousands of jobs are.
    let cvs = Cvs::read(&[cv], Path::new(""), &embedder)?;
    if let Some((_, error)) = cvs.failed.first() {
        anyhow::bail!("{}: {}", arguments.cv.display(), error.message);
    }
    let (job_lines, broken) = read_lines::<JobLine>(&file)?;
    anyhow::ensure!(
        !job_lines.is_empty(),
        "{} holds no job: it needs one JSON object a line, {{id, title, text}}",
        file.display()
    );
    let jobs = Jobs::read(&job_lines, &embedder)?;
    let (cv_sides, job_sides) = (cvs.sides(), jobs.sides());
    let (taxonomy, variant) = (Taxonomy::global(), Variant::default());
    let k = arguments.k as usize;
    let conditions = &jobs.must_haves;
    let mut rankings =
        rank_with_must_haves(&cv_sides, &job_sides, conditions, k, Direction::JobsForCv, taxonomy, &variant);
    let ranking = rankings.pop().unwrap_or_default();
    let mut lines = Lines::stdout();
    let pen = Pen::for_stdout();
    if !arguments.json {
        lines.text(&opening(&cvs.parsed[0].profile, jobs.ids.len(), arguments.k as usize, pen))?;
    }
    for (place, mut one) in ranking.ranked.into_iter().enumerate() {
        let (cv, job) = (&cv_sides[0], &job_sides[one.index]);
        evidence(cv, job, &mut one.score);
        let explanation = explain(cv, job, &one.score);
        let (rank, job, score) = (place + 1, job.job, &one.score);
        if arguments.json {
            let shown = Shown {
                title: &job.title,
                company: job.company.as_deref(),
                location: job.location.as_deref(),
            };
            lines.write(&Line {
                rank,
                job_id: &jobs.ids[one.index],
                job: shown,
                score,
                must_haves: &one.must_haves,
                explanation: &explanation,
            })?;
        } else {
            lines.text(&shown(rank, job, score, &one.must_haves, &explanation, pen))?;
        }
    }
    for one in &ranking.left_out {
        let title = job_sides[one.index].job.title.as_str();
        if arguments.json {
            let (job_id, unmet) = (&jobs.ids[one.index], &one.unmet);
            lines
                .write(&json!({ "job_id": job_id, "title": title, "score": one.score, "left_out": unmet }))?;
        } else {
            let wanted: Vec<&str> = one.unmet.iter().map(|check| check.wanted.as_str()).collect();
            let text = format!("left out ({:.0}): {title}, which needs {}", one.score, wanted.join(", "));
            lines.text(&wrapped("  ", &text).join("\n"))?;
        }
    }
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Who was read, so that a reader sees at once whether that is right.
fn opening(profile: &Profile, jobs: usize, k: usize, pen: Pen) -> String {
    let basics = &profile.basics;
    let years = profile.analysis.experience_months.map(|months| match months {
        0..12 => "less than a year of work".to_owned(),
        12..24 => "1 year of work".to_owned(),
        months => format!("{} years of work", months / 12),
    });
    let latest = || profile.work.first().and_then(|work| work.position.clone());
    let city = basics.location.as_ref().and_then(|place| place.city.clone());
    let facts = [basics.label.clone().or_else(latest), years, city];
    let facts = facts.into_iter().flatten().collect::<Vec<String>>().join(" · ");
    let name = basics.name.as_deref().unwrap_or("No name was found");
    let what = match jobs {
        1 => "1 job was compared".to_owned(),
        more if more <= k => format!("{more} jobs were compared"),
        more => format!("{more} jobs were compared; these {k} fit best"),
    };
    let mut lines = wrapped("", &format!("{name} · {facts}"));
    lines[0] = lines[0].replacen(name, &pen.set(Style::Bold, name), 1);
    lines.push(pen.set(Style::Dim, &what));
    lines.push(String::new());
    lines.join("\n")
}

/// Under the title, which stands behind rank and score.
const INDENT: &str = "          ";

fn shown(
    rank: usize,
    job: &JobText,
    score: &Score,
    must_haves: &[MustHaveCheck],
    explanation: &Explanation,
    pen: Pen,
) -> String {
    let number = format!("{:>3.0}", score.score);
    let title = if job.title.is_empty() { "(a job without a title)" } else { &job.title };
    let mut lines = wrapped(&format!("{rank:>3}.  {number}  "), title);
    let style = if score.score >= 70.0 { Style::Good } else { Style::Bold };
    lines[0] = lines[0].replacen(&number, &pen.set(style, &number), 1).replacen(
        title,
        &pen.set(Style::Bold, title),
        1,
    );
    let remote = job.remote.map(|remote| match remote {
        Remote::Onsite => "on site",
        Remote::Hybrid => "hybrid",
        Remote::Remote => "remote",
    });
    let about: Vec<&str> =
        [job.company.as_deref(), job.location.as_deref(), remote].into_iter().flatten().collect();
    if !about.is_empty() {
        lines.extend(wrapped(INDENT, &about.join(" · ")).iter().map(|line| pen.set(Style::Dim, line)));
    }
    let known: Vec<String> = score
        .parts
        .iter()
        .filter(|part| part.has_data)
        .map(|part| format!("{:<10} {} {:>3.0}", part.kind.as_str(), bar(part.score, 8), part.score))
        .collect();
    for row in known.chunks(3) {
        lines.push(format!("{INDENT}{}", row.join("    ")));
    }
    if let Some(skills) = score.parts.iter().find(|part| part.kind == PartKind::Skills && part.has_data) {
        for (name, all, style) in
            [("has", &skills.matched, Style::Good), ("lacks", &skills.missing, Style::Bad)]
        {
            if !all.is_empty() {
                let first = format!("{INDENT}{name:<6} ");
                lines.extend(wrapped(&first, &all.join(", ")).iter().map(|line| pen.set(style, line)));
            }
        }
    }
    for check in must_haves {
        let text = match (&check.evidence, &check.question) {
            (_, Some(question)) => format!("open: {question}"),
            (Some(evidence), None) => format!("needed and there: {} (“{}”)", check.wanted, evidence.quote),
            (None, None) => format!("needed and there: {}", check.wanted),
        };
        lines.extend(wrapped(&format!("{INDENT}! "), &text));
    }
    lines.extend(wrapped(INDENT, &explanation.summary));
    for (sign, sentences) in
        [("+", &explanation.strengths), ("–", &explanation.gaps), ("→", &explanation.suggestions)]
    {
        for sentence in sentences {
            lines.extend(wrapped(&format!("{INDENT}{sign} "), sentence));
        }
    }
    for skill in &explanation.transferable_skills {
        lines.extend(wrapped(&format!("{INDENT}≈ "), &skill.sentence));
    }
    for question in &explanation.questions {
        lines.extend(wrapped(&format!("{INDENT}? "), question));
    }
    for quote in &explanation.quotes {
        let whose = match quote.source {
            Source::Cv => "CV ",
            Source::Job | Source::Other => "job",
        };
        let quoted = wrapped(&format!("{INDENT}{whose}  "), &format!("“{}”", quote.text.trim()));
        lines.extend(quoted.iter().map(|line| pen.set(Style::Dim, line)));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use shared::domain::{Part, Quote};

    use super::*;

    #[test]
    fn a_match_is_shown_within_100_columns_with_all_that_matters() {
        let part = |kind, matched: &[&str], missing: &[&str]| Part {
            kind,
            score: 83.0,
            weight: 0.5,
            has_data: true,
            matched: matched.iter().map(|text| text.to_string()).collect(),
            missing: missing.iter().map(|text| text.to_string()).collect(),
            evidence: Vec::new(),
        };
        let kinds = [PartKind::Title, PartKind::Experience, PartKind::Meaning, PartKind::Place];
        let mut parts = vec![part(PartKind::Skills, &["wound care", "triage"], &["cannulation"])];
        parts.extend(kinds.map(|kind| part(kind, &[], &[])));
        let score = Score { score: 87.4, reverse_score: 70.0, parts };
        let explanation = Explanation {
            summary: "The ward asks for what the CV shows. ".repeat(8),
            strengths: vec!["Wound care is named by both.".into()],
            quotes: vec![Quote { source: Source::Cv, text: "Wound care on a surgical ward ".repeat(6) }],
            ..Explanation::default()
        };
        let job = JobText {
            title: "Staff Nurse ".repeat(12),
            company: Some("Harrow".into()),
            ..JobText::default()
        };
        let text = shown(1, &job, &score, &[], &explanation, Pen::for_stdout());
        assert!(text.lines().all(|line| line.chars().count() <= super::super::terminal::WIDTH), "{text}");
        for piece in [
            "  1.   87  Staff Nurse",
            "Harrow",
            "has    wound care, triage",
            "lacks  cannulation",
            "+ Wound",
            "“Wound",
        ] {
            assert!(text.contains(piece), "{piece} in {text}");
        }
    }
}
