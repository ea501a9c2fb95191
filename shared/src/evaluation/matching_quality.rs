//! How well CVs and jobs are matched, on labelled sets, beside what one could put together from libraries in a day: TF-IDF,
//! BM25, the plain embedding, and the replaced system's formula, all in the same run on the same rows.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::{JobText, PartialDate};
use crate::embedding::{Embedding, EmbeddingError};
use crate::matching::{
    CvSide, JobSide, PreparedCv, PreparedJob, Variant, cv_embedding_text, job_embedding_text,
};
use crate::parsing::lexicon::phrases::words;
use crate::parsing::requirements::read_requirements;
use crate::parsing::{Parsed, parse_text};
use crate::skills::Taxonomy;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum MatchingQualityError {
    /// A file of the data folder cannot be read.
    #[error("cannot read {}: {reason}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system or the JSON reader said.
        reason: String,
    },
    /// The model failed.
    #[error(transparent)]
    Embedding(#[from] EmbeddingError),
}

/// CVs and jobs with labels: which of the documents are relevant to each query.
#[derive(Clone, Debug)]
pub struct LabelledSet {
    /// Its name in the report.
    pub name: String,
    /// What its labels mean.
    pub meaning: &'static str,
    /// The CVs' texts.
    pub cvs: Vec<String>,
    /// The jobs.
    pub jobs: Vec<JobText>,
    /// Whether the CVs are the queries (else the jobs).
    pub cvs_are_queries: bool,
    /// Gain of each document for each query; 0 is not relevant.
    pub gains: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    location: Option<String>,
    text: String,
}

#[derive(Deserialize)]
struct FieldSet {
    jobs: Vec<String>,
    cvs: Vec<FieldCv>,
}

#[derive(Deserialize)]
struct FieldCv {
    cv_id: String,
    relevant_job_ids: Vec<String>,
}

#[derive(Deserialize)]
struct Label {
    job_id: String,
    cv_id: String,
    label: serde_json::Value,
}

fn read(path: &Path) -> Result<String, MatchingQualityError> {
    std::fs::read_to_string(path).map_err(|error| file_error(path, error))
}

fn file_error(path: &Path, reason: impl fmt::Display) -> MatchingQualityError {
    MatchingQualityError::File { path: path.to_owned(), reason: reason.to_string() }
}

fn lines<T: for<'de> Deserialize<'de>>(path: &Path) -> Result<Vec<T>, MatchingQualityError> {
    let text = read(path)?;
    let each = text.lines().filter(|line| !line.trim().is_empty());
    each.map(|line| serde_json::from_str(line).map_err(|error| file_error(path, error))).collect()
}

fn documents(path: &Path) -> Result<HashMap<String, Document>, MatchingQualityError> {
    Ok(lines::<Document>(path)?.into_iter().map(|document| (document.id.clone(), document)).collect())
}

fn job_text(document: &Document) -> JobText {
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    JobText {
        title: document.title.clone(),
        company: filled(&document.company),
        location: filled(&document.location),
        text: document.text.clone(),
        ..JobText::default()
    }
}

/// The labelled sets of a data folder.
///
/// # Errors
/// If one of its files is missing or is not of the form that its README tells.
pub fn load_sets(folder: &Path) -> Result<Vec<LabelledSet>, MatchingQualityError> {
    Ok(vec![field_set(folder)?, talent_clef(folder)?])
}

fn field_set(folder: &Path) -> Result<LabelledSet, MatchingQualityError> {
    let path = folder.join("fit_pairs/field_livecareer_adzuna.json");
    let set: FieldSet = serde_json::from_str(&read(&path)?).map_err(|error| file_error(&path, error))?;
    let cvs = documents(&folder.join("cvs/livecareer.jsonl"))?;
    let jobs = documents(&folder.join("jobs/adzuna_uk.jsonl"))?;
    let missing = |id: &str| file_error(&path, format!("{id} is in none of the files"));
    let gains = set.cvs.iter().map(|cv| {
        let relevant: HashSet<&str> = cv.relevant_job_ids.iter().map(String::as_str).collect();
        set.jobs.iter().map(|job| if relevant.contains(job.as_str()) { 1.0 } else { 0.0 }).collect()
    });
    let gains = gains.collect();
    let texts =
        set.cvs.iter().map(|cv| cvs.get(&cv.cv_id).map(|d| d.text.clone()).ok_or_else(|| missing(&cv.cv_id)));
    let texts = texts.collect::<Result<_, _>>()?;
    let ads = set.jobs.iter().map(|id| jobs.get(id).map(job_text).ok_or_else(|| missing(id)));
    Ok(LabelledSet {
        name: "field (livecareer × adzuna)".to_owned(),
        meaning: "a job is relevant to a CV if it is of the same field: measures field, not fit",
        cvs: texts,
        jobs: ads.collect::<Result<_, _>>()?,
        cvs_are_queries: true,
        gains,
    })
}

fn talent_clef(folder: &Path) -> Result<LabelledSet, MatchingQualityError> {
    let path = folder.join("fit_pairs/talentclef26_ro_qrels.jsonl");
    let labels: Vec<Label> = lines(&path)?;
    let cvs = documents(&folder.join("cvs/talentclef26_ro.jsonl"))?;
    let jobs = documents(&folder.join("jobs/talentclef26_ro.jsonl"))?;
    let sorted = |ids: HashSet<&str>| {
        let mut ids: Vec<String> = ids.into_iter().map(str::to_owned).collect();
        ids.sort();
        ids
    };
    let cv_ids =
        sorted(labels.iter().map(|label| label.cv_id.as_str()).filter(|id| cvs.contains_key(*id)).collect());
    let job_ids = sorted(
        labels.iter().map(|label| label.job_id.as_str()).filter(|id| jobs.contains_key(*id)).collect(),
    );
    let gain_of: HashMap<(&str, &str), f32> = labels
        .iter()
        .map(|label| ((label.job_id.as_str(), label.cv_id.as_str()), number(&label.label)))
        .collect();
    let gains = job_ids.iter().map(|job| {
        cv_ids.iter().map(|cv| gain_of.get(&(job.as_str(), cv.as_str())).copied().unwrap_or(0.0)).collect()
    });
    let gains = gains.collect();
    Ok(LabelledSet {
        name: "TalentCLEF 2026 (Romanian)".to_owned(),
        meaning: "relevance of CVs to ten jobs: a guard, not a guide",
        cvs: cv_ids.iter().map(|id| cvs[id].text.clone()).collect(),
        jobs: job_ids.iter().map(|id| job_text(&jobs[id])).collect(),
        cvs_are_queries: false,
        gains,
    })
}

fn number(value: &serde_json::Value) -> f32 {
    value.as_f64().or_else(|| value.as_str().and_then(|text| text.parse().ok())).unwrap_or(0.0) as f32
}

/// A mean over queries with its bootstrap 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The mean.
    pub mean: f32,
    /// 2.5th percentile of the means of 1,000 resamples of the queries.
    pub low: f32,
    /// 97.5th percentile.
    pub high: f32,
}

/// What one system reaches on one set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SystemReport {
    /// The system's name.
    pub system: String,
    /// Normalised discounted cumulative gain of the first ten.
    pub ndcg_at_10: Interval,
    /// Mean average precision.
    pub map: Interval,
    /// Precision of the first ten.
    pub precision_at_10: Interval,
    /// Mean reciprocal rank of the first relevant one.
    pub mrr: Interval,
    /// How often a relevant one is above another (ties count half).
    pub auc: Interval,
    /// nDCG@10 less that of the best baseline of the set, resampled by query; none for baselines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ndcg_over_best_baseline: Option<Interval>,
    /// MAP less that of the best baseline of the set, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map_over_best_baseline: Option<Interval>,
}

/// Of the pairs whose score is in a range, how many are labelled relevant.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Lower end of the range of ten points.
    pub from: u8,
    /// Pairs in it.
    pub pairs: usize,
    /// Share labelled relevant, 0–1.
    pub relevant: f32,
}

/// All systems on one set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetReport {
    /// The set's name.
    pub set: String,
    /// What its labels mean.
    pub meaning: String,
    /// Queries with at least one relevant document.
    pub queries: usize,
    /// Documents that are ranked for each.
    pub documents: usize,
    /// The systems; the baselines first.
    pub systems: Vec<SystemReport>,
    /// The default variant's scores against the labels.
    pub calibration: Vec<CalibrationBin>,
}

/// All systems on all sets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MatchingReport {
    /// One report a set.
    pub sets: Vec<SetReport>,
}

impl fmt::Display for MatchingReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for set in &self.sets {
            writeln!(
                f,
                "{}: {} queries × {} documents ({})",
                set.set, set.queries, set.documents, set.meaning
            )?;
            writeln!(
                f,
                "{:<26}{:<22}{:<22}{:<8}{:<8}{:<8}",
                "system", "nDCG@10", "MAP", "P@10", "MRR", "AUC"
            )?;
            let range = |i: &Interval| format!("{:.3} [{:.3}–{:.3}]", i.mean, i.low, i.high);
            for s in &set.systems {
                write!(f, "{:<26}{:<22}{:<22}", s.system, range(&s.ndcg_at_10), range(&s.map))?;
                writeln!(f, "{:<8.3}{:<8.3}{:<8.3}", s.precision_at_10.mean, s.mrr.mean, s.auc.mean)?;
                if let (Some(ndcg), Some(map)) = (&s.ndcg_over_best_baseline, &s.map_over_best_baseline) {
                    writeln!(f, "{:<26}{:<22}{:<22}", "  over the best baseline", range(ndcg), range(map))?;
                }
            }
            write!(f, "labelled relevant by score:")?;
            for bin in set.calibration.iter().filter(|bin| bin.pairs > 0) {
                write!(
                    f,
                    " {}–{}: {:.0} % of {};",
                    bin.from,
                    bin.from + 10,
                    bin.relevant * 100.0,
                    bin.pairs
                )?;
            }
            writeln!(f, "\n")?;
        }
        Ok(())
    }
}

/// What is measured of one pair, with its label: what weights are fitted on.
#[derive(Clone, Debug, Serialize)]
pub struct LabelledSignals<'a> {
    /// The set.
    pub set: &'a str,
    /// The query's place in the set.
    pub query: usize,
    /// The document's place in the set.
    pub document: usize,
    /// The label.
    pub gain: f32,
    /// By name: value and certainty, both 0–1; those without data are left out.
    pub signals: BTreeMap<&'static str, (f32, f32)>,
}

/// Runs all systems on the sets, and hands out what is measured of each pair. `embed` gives one vector of length one a text; without it the systems that need a model are left
/// out, and the others score without it. `today` is what "until now" in a CV means.
///
/// # Errors
/// If `embed` fails.
pub fn evaluate(
    sets: &[LabelledSet],
    mut embed: Option<&mut dyn FnMut(&[&str]) -> Result<Vec<Embedding>, EmbeddingError>>,
    variants: &[Variant],
    taxonomy: &Taxonomy,
    today: PartialDate,
    mut signals: Option<&mut dyn FnMut(LabelledSignals<'_>)>,
) -> Result<MatchingReport, MatchingQualityError> {
    let mut report = MatchingReport::default();
    for set in sets {
        let parsed: Vec<Parsed> = set.cvs.iter().map(|text| parse_text(text, taxonomy, today)).collect();
        let requirements: Vec<_> = set.jobs.iter().map(|job| read_requirements(job, taxonomy)).collect();
        let ads: Vec<String> = set.jobs.iter().map(|job| format!("{}\n{}", job.title, job.text)).collect();
        let mut systems: Vec<(String, Vec<Vec<f32>>)> = vec![
            ("TF-IDF cosine".to_owned(), oriented(set, tf_idf(&set.cvs, &ads))),
            ("BM25".to_owned(), bm25_of(set, &ads)),
        ];
        let (mut cv_vectors, mut job_vectors) = (None, None);
        if let Some(embed) = embed.as_mut() {
            let cv_plain = in_batches(&set.cvs, embed)?;
            let job_plain = in_batches(&ads, embed)?;
            let cosines =
                cv_plain.iter().map(|cv| job_plain.iter().map(|job| cv.cosine(job)).collect()).collect();
            systems.push(("MiniLM cosine".to_owned(), oriented(set, cosines)));
            let texts: Vec<String> =
                parsed.iter().map(|cv| or_dot(cv_embedding_text(&cv.profile, &cv.text))).collect();
            cv_vectors = Some(in_batches(&texts, embed)?);
            let texts: Vec<String> = set.jobs.iter().map(|job| or_dot(job_embedding_text(job))).collect();
            job_vectors = Some(in_batches(&texts, embed)?);
        }
        let cvs: Vec<PreparedCv<'_>> = parsed
            .iter()
            .enumerate()
            .map(|(index, cv)| CvSide {
                text: &cv.text,
                profile: &cv.profile,
                embedding: cv_vectors.as_ref().map(|vectors| vectors[index].as_slice()),
            })
            .map(|cv| PreparedCv::new(&cv, taxonomy))
            .collect();
        let jobs: Vec<PreparedJob<'_>> = set
            .jobs
            .iter()
            .enumerate()
            .map(|(index, job)| JobSide {
                job,
                requirements: &requirements[index],
                embedding: job_vectors.as_ref().map(|vectors| vectors[index].as_slice()),
            })
            .map(|job| PreparedJob::new(&job, taxonomy))
            .collect();
        if let Some(hand_out) = signals.as_mut() {
            for (query, gains) in set.gains.iter().enumerate() {
                for (document, gain) in gains.iter().enumerate() {
                    let (cv, job) = if set.cvs_are_queries { (query, document) } else { (document, query) };
                    let measured = cvs[cv].signals(&jobs[job]).into_iter();
                    let signals = measured
                        .filter_map(|(name, value, certainty)| Some((name, (value?, certainty))))
                        .collect();
                    hand_out(LabelledSignals { set: &set.name, query, document, gain: *gain, signals });
                }
            }
        }
        let scored = |variant: &Variant| -> Vec<Vec<f32>> {
            let each = cvs.iter().map(|cv| jobs.iter().map(|job| cv.score(job, variant).score).collect());
            oriented(set, each.collect())
        };
        systems.push(("replaced system 35/25/25/15".to_owned(), scored(&Variant::replaced_system())));
        let baselines = systems.len();
        systems.extend(variants.iter().map(|variant| (variant.name.clone(), scored(variant))));
        let calibration = calibration(&scored(&Variant::default()), &set.gains);
        report.sets.push(set_report(set, &systems, baselines, calibration));
    }
    Ok(report)
}

fn or_dot(text: String) -> String {
    if text.trim().is_empty() { ".".to_owned() } else { text }
}

fn in_batches(
    texts: &[String],
    embed: &mut dyn FnMut(&[&str]) -> Result<Vec<Embedding>, EmbeddingError>,
) -> Result<Vec<Embedding>, EmbeddingError> {
    let mut vectors = Vec::with_capacity(texts.len());
    for batch in texts.chunks(8) {
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        vectors.extend(embed(&batch)?);
    }
    Ok(vectors)
}

/// CVs × jobs turned so that the set's queries are the rows.
fn oriented(set: &LabelledSet, by_cv: Vec<Vec<f32>>) -> Vec<Vec<f32>> {
    if set.cvs_are_queries {
        return by_cv;
    }
    (0..set.jobs.len()).map(|job| by_cv.iter().map(|row| row[job]).collect()).collect()
}

fn terms(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.folded).filter(|word| word.len() > 1).collect()
}

fn counts(text: &str) -> HashMap<String, f32> {
    let mut counts = HashMap::new();
    for term in terms(text) {
        *counts.entry(term).or_default() += 1.0;
    }
    counts
}

/// TF-IDF cosine with logarithmic counts and the smoothed idf of all texts of the set.
fn tf_idf(cvs: &[String], jobs: &[String]) -> Vec<Vec<f32>> {
    let all: Vec<HashMap<String, f32>> = cvs.iter().chain(jobs).map(|text| counts(text)).collect();
    let mut frequency: HashMap<&str, f32> = HashMap::new();
    for term in all.iter().flat_map(HashMap::keys) {
        *frequency.entry(term).or_default() += 1.0;
    }
    let count = all.len() as f32;
    let vectors: Vec<HashMap<&str, f32>> = all
        .iter()
        .map(|document| {
            let weigh = |(term, count_here): (&'_ String, &f32)| {
                (1.0 + count_here.ln()) * ((1.0 + count) / (1.0 + frequency[term.as_str()])).ln()
            };
            let mut vector: HashMap<&str, f32> =
                document.iter().map(|entry| (entry.0.as_str(), weigh(entry))).collect();
            let length =
                vector.values().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            vector.values_mut().for_each(|value| *value /= length);
            vector
        })
        .collect();
    let (cv_vectors, job_vectors) = vectors.split_at(cvs.len());
    let cosine = |one: &HashMap<&str, f32>, other: &HashMap<&str, f32>| {
        one.iter().filter_map(|(term, value)| other.get(term).map(|o| o * value)).sum()
    };
    cv_vectors.iter().map(|cv| job_vectors.iter().map(|job| cosine(cv, job)).collect()).collect()
}

/// BM25 (k1 1.2, b 0.75) of the documents for each query.
fn bm25_of(set: &LabelledSet, ads: &[String]) -> Vec<Vec<f32>> {
    let (queries, documents) = if set.cvs_are_queries { (&set.cvs[..], ads) } else { (ads, &set.cvs[..]) };
    let documents: Vec<HashMap<String, f32>> = documents.iter().map(|text| counts(text)).collect();
    let mut frequency: HashMap<&str, f32> = HashMap::new();
    for term in documents.iter().flat_map(HashMap::keys) {
        *frequency.entry(term).or_default() += 1.0;
    }
    let count = documents.len() as f32;
    let lengths: Vec<f32> = documents.iter().map(|document| document.values().sum()).collect();
    let mean_length = lengths.iter().sum::<f32>() / count.max(1.0);
    let of_query = |query: &String| {
        let query: HashSet<String> = terms(query).into_iter().collect();
        let each = documents.iter().zip(&lengths).map(|(document, length)| {
            let known = query.iter().filter_map(|term| document.get(term).map(|here| (term, here)));
            known.fold(0.0, |sum, (term, here)| {
                let frequency = frequency[term.as_str()];
                let idf = (1.0 + (count - frequency + 0.5) / (frequency + 0.5)).ln();
                sum + idf * here * 2.2 / (here + 1.2 * (0.25 + 0.75 * length / mean_length))
            })
        });
        each.collect()
    };
    queries.iter().map(of_query).collect()
}

/// What a ranking reaches for one query.
#[derive(Clone, Copy, Debug, PartialEq)]
struct QueryMetrics {
    ndcg_at_10: f32,
    average_precision: f32,
    precision_at_10: f32,
    reciprocal_rank: f32,
    auc: f32,
}

/// The metrics of one query; none where nothing is relevant. Equal scores keep the order of the documents.
fn query_metrics(scores: &[f32], gains: &[f32]) -> Option<QueryMetrics> {
    let relevant = gains.iter().filter(|gain| **gain > 0.0).count();
    if relevant == 0 {
        return None;
    }
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    let discounted = |gains: &mut dyn Iterator<Item = f32>| {
        gains.take(10).enumerate().map(|(rank, gain)| gain / ((rank + 2) as f32).log2()).sum::<f32>()
    };
    let mut ideal = gains.to_vec();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let ndcg_at_10 =
        discounted(&mut order.iter().map(|index| gains[*index])) / discounted(&mut ideal.iter().copied());
    let (mut hits, mut precision_sum, mut first) = (0, 0.0, None);
    for (rank, index) in order.iter().enumerate() {
        if gains[*index] > 0.0 {
            hits += 1;
            precision_sum += hits as f32 / (rank + 1) as f32;
            first.get_or_insert(rank);
        }
    }
    let in_ten = order.iter().take(10).filter(|index| gains[**index] > 0.0).count();
    Some(QueryMetrics {
        ndcg_at_10,
        average_precision: precision_sum / relevant as f32,
        precision_at_10: in_ten as f32 / 10.0,
        reciprocal_rank: first.map_or(0.0, |rank| 1.0 / (rank + 1) as f32),
        auc: auc(scores, gains, &order),
    })
}

/// The share of pairs of a relevant and another document where the relevant one has the higher score, by ranks (Mann–Whitney).
fn auc(scores: &[f32], gains: &[f32], order: &[usize]) -> f32 {
    let (mut above, mut others_seen, mut relevant, mut others) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    for gain in gains {
        if *gain > 0.0 { relevant += 1.0 } else { others += 1.0 }
    }
    let mut at = 0;
    while at < order.len() {
        let tied = order[at..].iter().take_while(|index| scores[**index] == scores[order[at]]).count();
        let tied_relevant = order[at..at + tied].iter().filter(|index| gains[**index] > 0.0).count() as f64;
        let tied_others = tied as f64 - tied_relevant;
        above += tied_relevant * (others - others_seen - tied_others / 2.0);
        others_seen += tied_others;
        at += tied;
    }
    if relevant * others == 0.0 { 1.0 } else { (above / (relevant * others)) as f32 }
}

/// The mean with its interval by 1,000 resamples, always the same ones.
fn interval(values: &[f32]) -> Interval {
    let mean =
        |values: &mut dyn Iterator<Item = f32>, count: usize| values.sum::<f32>() / count.max(1) as f32;
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    if values.is_empty() {
        return Interval::default();
    }
    let mut means: Vec<f32> = (0..1000)
        .map(|_| mean(&mut (0..values.len()).map(|_| values[next(values.len())]), values.len()))
        .collect();
    means.sort_by(f32::total_cmp);
    Interval { mean: mean(&mut values.iter().copied(), values.len()), low: means[25], high: means[974] }
}

fn set_report(
    set: &LabelledSet,
    systems: &[(String, Vec<Vec<f32>>)],
    baselines: usize,
    calibration: Vec<CalibrationBin>,
) -> SetReport {
    let metrics: Vec<Vec<QueryMetrics>> = systems
        .iter()
        .map(|(_, scores)| scores.iter().zip(&set.gains).filter_map(|(s, g)| query_metrics(s, g)).collect())
        .collect();
    let column = |system: usize, of: fn(&QueryMetrics) -> f32| -> Vec<f32> {
        metrics[system].iter().map(of).collect()
    };
    let best = |of: fn(&QueryMetrics) -> f32| {
        let means = (0..baselines).map(|system| (system, column(system, of).iter().sum::<f32>()));
        means.max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |(system, _)| system)
    };
    let over = |system: usize, of: fn(&QueryMetrics) -> f32| {
        let differences: Vec<f32> =
            column(system, of).iter().zip(column(best(of), of)).map(|(ours, theirs)| ours - theirs).collect();
        (system >= baselines).then(|| interval(&differences))
    };
    let reports = systems.iter().enumerate().map(|(system, (name, _))| SystemReport {
        system: name.clone(),
        ndcg_at_10: interval(&column(system, |m| m.ndcg_at_10)),
        map: interval(&column(system, |m| m.average_precision)),
        precision_at_10: interval(&column(system, |m| m.precision_at_10)),
        mrr: interval(&column(system, |m| m.reciprocal_rank)),
        auc: interval(&column(system, |m| m.auc)),
        ndcg_over_best_baseline: over(system, |m| m.ndcg_at_10),
        map_over_best_baseline: over(system, |m| m.average_precision),
    });
    SetReport {
        set: set.name.clone(),
        meaning: set.meaning.to_owned(),
        queries: metrics.first().map_or(0, Vec::len),
        documents: set.gains.first().map_or(0, Vec::len),
        systems: reports.collect(),
        calibration,
    }
}

fn calibration(scores: &[Vec<f32>], gains: &[Vec<f32>]) -> Vec<CalibrationBin> {
    let mut bins = [(0_usize, 0_usize); 10];
    for (score, gain) in scores.iter().flatten().zip(gains.iter().flatten()) {
        let bin = &mut bins[((score / 10.0) as usize).min(9)];
        bin.0 += 1;
        bin.1 += usize::from(*gain > 0.0);
    }
    let each = bins.iter().enumerate().map(|(index, (pairs, relevant))| CalibrationBin {
        from: 10 * index as u8,
        pairs: *pairs,
        relevant: *relevant as f32 / (*pairs).max(1) as f32,
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_ranking_reaches_one_everywhere_and_a_reversed_one_is_worst() {
        let gains = [1.0, 0.0, 2.0, 0.0];
        let perfect = query_metrics(&[0.8, 0.1, 0.9, 0.2], &gains).unwrap();
        assert_eq!(
            (perfect.ndcg_at_10, perfect.average_precision, perfect.reciprocal_rank, perfect.auc),
            (1.0, 1.0, 1.0, 1.0)
        );
        let worst = query_metrics(&[0.2, 0.8, 0.1, 0.9], &gains).unwrap();
        assert_eq!((worst.reciprocal_rank, worst.auc), (1.0 / 3.0, 0.0));
        assert!((worst.average_precision - (1.0 / 3.0 + 0.5) / 2.0).abs() < 1e-6);
    }

    #[test]
    fn equal_scores_are_chance() {
        assert_eq!(query_metrics(&[0.5; 4], &[1.0, 0.0, 1.0, 0.0]).unwrap().auc, 0.5);
        assert_eq!(query_metrics(&[0.5; 2], &[0.0, 0.0]), None);
    }

    #[test]
    fn an_interval_holds_its_mean_and_is_narrow_for_equal_values() {
        let interval_of = interval(&[0.0, 1.0, 0.5, 0.2, 0.9]);
        assert!(interval_of.low < interval_of.mean && interval_of.mean < interval_of.high);
        let equal = interval(&[0.4; 9]);
        assert!((equal.low - 0.4).abs() < 1e-5 && (equal.high - 0.4).abs() < 1e-5);
    }

    #[test]
    fn baselines_put_shared_words_first() {
        let cvs = vec!["welding steel frames".to_owned(), "teaching children".to_owned()];
        let jobs = vec!["welding of steel".to_owned(), "teaching mathematics to children".to_owned()];
        let scores = tf_idf(&cvs, &jobs);
        assert!(scores[0][0] > scores[0][1] && scores[1][1] > scores[1][0]);
    }
}
