//! CVs and jobs as the ranking commands compare them: text, what was read of it, and vector.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use shared::domain::{JobText, Profile, Requirements};
use shared::embedding::{Embedder, Embedding};
use shared::matching::{CvSide, JobSide, cv_embedding_text, job_embedding_text};
use shared::parsing::requirements::read_requirements;
use shared::parsing::{Parsed, parse, parse_text};
use shared::skills::Taxonomy;

use super::embedding::embed_all;
use super::inputs::{JobLine, read_document, today};

/// A CV as the file commands take it: one of text, path and profile.
#[derive(Debug, Deserialize)]
pub struct CvLine {
    /// As it came: printed the same.
    pub id: Value,
    text: Option<String>,
    path: Option<String>,
    profile: Option<Profile>,
}

/// CVs with what was read of them, and those that could not be read with kind and message.
pub struct Cvs {
    /// Their ids.
    pub ids: Vec<Value>,
    parsed: Vec<Parsed>,
    vectors: Vec<Option<Embedding>>,
    /// Id, kind, message.
    pub failed: Vec<(Value, String, String)>,
}

/// Jobs with what was read of them.
pub struct Jobs {
    /// Their ids.
    pub ids: Vec<Value>,
    /// What they say.
    pub texts: Vec<JobText>,
    requirements: Vec<Requirements>,
    vectors: Vec<Option<Embedding>>,
}

impl Cvs {
    /// Reads and embeds CVs; paths are relative to `folder`.
    pub fn read(lines: Vec<CvLine>, folder: &Path, embedder: &Embedder) -> anyhow::Result<Self> {
        let taxonomy = Taxonomy::global();
        let mut cvs = Self { ids: Vec::new(), parsed: Vec::new(), vectors: Vec::new(), failed: Vec::new() };
        for line in lines {
            let parsed = match (line.text, line.path, line.profile) {
                (Some(text), _, Some(profile)) => Ok(Parsed { text, profile }),
                (Some(text), _, None) => Ok(parse_text(&text, taxonomy, today())),
                (None, Some(path), _) => {
                    read_document(&folder.join(path)).map(|document| parse(&document, taxonomy, today()))
                }
                (None, None, Some(profile)) => Ok(of_profile(profile)),
                (None, None, None) => {
                    Err(("empty".to_owned(), "A CV needs one of `text`, `path` and `profile`.".to_owned()))
                }
            };
            match parsed {
                Ok(parsed) => {
                    cvs.ids.push(line.id);
                    cvs.parsed.push(parsed);
                }
                Err((kind, message)) => cvs.failed.push((line.id, kind, message)),
            }
        }
        let texts: Vec<String> =
            cvs.parsed.iter().map(|parsed| cv_embedding_text(&parsed.profile, &parsed.text)).collect();
        cvs.vectors = embed_all(embedder, &texts)?;
        Ok(cvs)
    }

    /// As they are compared.
    pub fn sides(&self) -> Vec<CvSide<'_>> {
        let vectors = self.vectors.iter().map(|vector| vector.as_ref().map(Embedding::as_slice));
        let sides = self.parsed.iter().zip(vectors);
        sides.map(|(cv, embedding)| CvSide { text: &cv.text, profile: &cv.profile, embedding }).collect()
    }
}

impl Jobs {
    /// Reads and embeds jobs.
    pub fn read(lines: Vec<JobLine>, embedder: &Embedder) -> anyhow::Result<Self> {
        let taxonomy = Taxonomy::global();
        let (ids, texts): (Vec<Value>, Vec<JobText>) =
            lines.into_iter().map(|line| (line.id, line.job.into_text())).unzip();
        let requirements = texts.iter().map(|job| read_requirements(job, taxonomy)).collect();
        let embedded: Vec<String> = texts.iter().map(job_embedding_text).collect();
        let vectors = embed_all(embedder, &embedded)?;
        Ok(Self { ids, texts, requirements, vectors })
    }

    /// As they are compared.
    pub fn sides(&self) -> Vec<JobSide<'_>> {
        let vectors = self.vectors.iter().map(|vector| vector.as_ref().map(Embedding::as_slice));
        let sides = self.texts.iter().zip(&self.requirements).zip(vectors);
        sides.map(|((job, requirements), embedding)| JobSide { job, requirements, embedding }).collect()
    }
}

/// A profile alone, with a text made of what it says, and the skills that this text names.
fn of_profile(profile: Profile) -> Parsed {
    let mut lines: Vec<String> = Vec::new();
    let mut line = |pieces: &[&Option<String>]| {
        let text = pieces.iter().filter_map(|piece| piece.as_deref()).collect::<Vec<_>>().join(", ");
        if !text.is_empty() {
            lines.push(text);
        }
    };
    line(&[&profile.basics.label]);
    line(&[&profile.basics.summary]);
    for work in &profile.work {
        line(&[&work.position, &work.name]);
        line(&[&work.summary]);
        for highlight in &work.highlights {
            line(&[&Some(highlight.clone())]);
        }
    }
    for school in &profile.education {
        line(&[&school.study_type, &school.area, &school.institution]);
    }
    let skills: Vec<&str> = profile.skills.iter().map(|skill| skill.name.as_str()).collect();
    line(&[&Some(skills.join(", ")).filter(|text| !text.is_empty())]);
    let text = lines.join("\n");
    if !profile.analysis.skills.is_empty() {
        return Parsed { text, profile };
    }
    let read = parse_text(&text, Taxonomy::global(), today());
    let mut profile = profile;
    profile.analysis.skills = read.profile.analysis.skills;
    profile.analysis.language = profile.analysis.language.or(read.profile.analysis.language);
    Parsed { text, profile }
}
