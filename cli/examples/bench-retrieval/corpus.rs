//! The benchmark's data. Some thousand made-up ads and CVs (those of `generate-dummy`) are embedded by the real model; all
//! further vectors are made from theirs, because random or hashed vectors have no neighbourhoods and flatter every index:
//!
//! `x = a + t (b - a) + s (c - d)`, scaled to length one, where `a` and `b` are two of one occupation, `c` and `d` any two,
//! `t` is uniform up to [`MIXED`] and `s` log-normal. The difference of two texts adds what makes texts of one occupation
//! differ, in the directions in which the model's vectors do differ. How far, was fitted so that the cosines of the 1st,
//! 10th and 100th neighbour are distributed as in 2,662 real ads and 590 real CVs ([`REAL_JOBS`], [`REAL_CVS`]).

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use shared::db::dummy::{DummyCv, DummyJob};
use shared::domain::PartialDate;
use shared::embedding::{DIMENSIONS, Embedder};
use shared::matching::{cv_embedding_text, job_embedding_text};
use shared::parsing::parse_text;
use shared::parsing::requirements::read_requirements;
use shared::skills::Taxonomy;
use uuid::{Builder, Uuid};

use crate::generate_dummy::people::People;
use crate::generate_dummy::words::OCCUPATIONS;

/// What all of it is made from.
const SEED: u64 = 1;
/// Ads and CVs that are embedded by the model.
const SEED_JOBS: u32 = 4000;
const SEED_CVS: u32 = 2000;
/// Texts that the model gets at a time.
const BATCH: usize = 32;

/// How far a vector lies from the made-up text that it is made from.
struct Spread {
    /// The most that another text of the occupation is mixed in.
    mixed: f32,
    /// Median of `s`.
    median: f32,
    /// Standard deviation of the logarithm of `s`.
    deviation: f32,
}

const JOB_SPREAD: Spread = Spread { mixed: 0.5, median: 0.3, deviation: 1.0 };
const CV_SPREAD: Spread = Spread { mixed: 0.5, median: 0.8, deviation: 0.3 };

/// Cosines of the nearest, 10th and 100th ad, each at the quantiles 0.1, 0.5 and 0.9, measured over the real ones that the
/// constants above were fitted to: of each ad among 2,662, of each of 590 CVs among the same.
pub const REAL_JOBS: [[f32; 3]; 3] = [[0.625, 0.794, 0.959], [0.528, 0.672, 0.811], [0.426, 0.545, 0.709]];
pub const REAL_CVS: [[f32; 3]; 3] = [[0.509, 0.602, 0.687], [0.434, 0.521, 0.596], [0.357, 0.434, 0.500]];
/// So many ads those were.
pub const REAL_POOL: u32 = 2662;

/// Made-up ads and CVs with their vectors, and as many more as are asked for.
pub struct Corpus {
    jobs: Seeds<DummyJob>,
    cvs: Seeds<DummyCv>,
}

struct Seeds<T> {
    rows: Vec<T>,
    vectors: Vec<Vec<f32>>,
    /// Of each row.
    occupation: Vec<usize>,
    /// The rows of each.
    of_occupation: HashMap<usize, Vec<usize>>,
    spread: Spread,
    kind: u64,
}

impl Corpus {
    /// Makes and embeds them; the vectors are kept in `folder` for the next time.
    pub fn new(folder: &Path, embedder: &Embedder) -> anyhow::Result<Self> {
        let people = People::new(SEED);
        let today = PartialDate { year: 2026, month: Some(1), day: Some(1) };
        let jobs: Vec<DummyJob> = (0..SEED_JOBS)
            .map(|number| {
                let mut job = people.job(number);
                job.requirements = Some(read_requirements(&job.text, Taxonomy::global()));
                job
            })
            .collect();
        let cvs: Vec<DummyCv> = (0..SEED_CVS)
            .map(|number| {
                let mut cv = people.cv(number);
                cv.profile = parse_text(&cv.text, Taxonomy::global(), today).profile;
                cv
            })
            .collect();
        let mut texts: Vec<String> = jobs.iter().map(|job| job_embedding_text(&job.text)).collect();
        texts.extend(cvs.iter().map(|cv| cv_embedding_text(&cv.profile, &cv.text)));
        let mut job_vectors = embedded(folder, embedder, &texts)?;
        let cv_vectors = job_vectors.split_off(jobs.len());
        let job_occupations = jobs.iter().map(|job| occupation_of(&job.text.title)).collect();
        let headline = |cv: &DummyCv| occupation_of(cv.text.lines().nth(1).unwrap_or_default());
        let cv_occupations = cvs.iter().map(headline).collect();
        Ok(Self {
            jobs: Seeds::new(jobs, job_vectors, job_occupations, JOB_SPREAD, 1),
            cvs: Seeds::new(cvs, cv_vectors, cv_occupations, CV_SPREAD, 2),
        })
    }

    /// The vector of job number `number`.
    pub fn job_vector(&self, number: u32) -> Vec<f32> {
        self.jobs.vector(number)
    }

    /// The vector of CV number `number`.
    pub fn cv_vector(&self, number: u32) -> Vec<f32> {
        self.cvs.vector(number)
    }

    /// The id of job number `number`.
    pub fn job_id(&self, number: u32) -> Uuid {
        id(1, number)
    }

    /// The id of CV number `number`.
    pub fn cv_id(&self, number: u32) -> Uuid {
        id(2, number)
    }

    /// Job number `number`: the words of a made-up ad, with a vector of its own.
    pub fn job(&self, number: u32) -> DummyJob {
        let mut job = self.jobs.rows[self.jobs.seed_of(number)].clone();
        job.id = id(1, number);
        job.external_id = format!("bench-{number:07}");
        job.embedding = Some(self.job_vector(number));
        job
    }

    /// CV number `number`, likewise.
    pub fn cv(&self, number: u32) -> DummyCv {
        let mut cv = self.cvs.rows[self.cvs.seed_of(number)].clone();
        cv.id = id(2, number);
        cv.candidate_id = format!("bench-{number:07}");
        cv.embedding = Some(self.cv_vector(number));
        cv
    }
}

impl<T> Seeds<T> {
    fn new(rows: Vec<T>, vectors: Vec<Vec<f32>>, occupation: Vec<usize>, spread: Spread, kind: u64) -> Self {
        let mut of_occupation: HashMap<usize, Vec<usize>> = HashMap::new();
        for (row, occupation) in occupation.iter().enumerate() {
            of_occupation.entry(*occupation).or_default().push(row);
        }
        Self { rows, vectors, occupation, of_occupation, spread, kind }
    }

    fn chance(&self, number: u32) -> Chance {
        Chance((self.kind << 40 | u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// The row that `number` takes its words from.
    fn seed_of(&self, number: u32) -> usize {
        self.chance(number).below(self.rows.len())
    }

    fn vector(&self, number: u32) -> Vec<f32> {
        let mut chance = self.chance(number);
        let first = chance.below(self.rows.len());
        let alike = &self.of_occupation[&self.occupation[first]];
        let second = alike[chance.below(alike.len())];
        let (plus, minus) = (chance.below(self.rows.len()), chance.below(self.rows.len()));
        let mixed = self.spread.mixed * chance.share();
        let strength = self.spread.median * (self.spread.deviation * chance.normal()).exp();
        let [a, b, c, d] = [first, second, plus, minus].map(|row| self.vectors[row].as_slice());
        let mut vector: Vec<f32> =
            (0..DIMENSIONS).map(|at| a[at] + mixed * (b[at] - a[at]) + strength * (c[at] - d[at])).collect();
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(1e-6);
        vector.iter_mut().for_each(|value| *value /= length);
        vector
    }
}

/// For each query the `count` rows nearest to it among `0..rows`, with the cosine, nearest first: exact, on all processors.
pub fn nearest(
    queries: &[Vec<f32>],
    rows: u32,
    count: usize,
    vector: impl Fn(u32) -> Vec<f32> + Sync,
) -> Vec<Vec<(u32, f32)>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u32;
    let best_of = |part: std::ops::Range<u32>| {
        let mut best: Vec<Vec<(u32, f32)>> = vec![Vec::with_capacity(2 * count); queries.len()];
        for row in part {
            let vector = vector(row);
            for (query, best) in queries.iter().zip(&mut best) {
                best.push((row, query.iter().zip(&vector).map(|(a, b)| a * b).sum()));
                if best.len() == 2 * count {
                    keep_best(best, count);
                }
            }
        }
        best
    };
    let size = rows.div_ceil(threads).max(1);
    let parts: Vec<Vec<Vec<(u32, f32)>>> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..rows)
            .step_by(size as usize)
            .map(|from| scope.spawn(move || best_of(from..rows.min(from + size))))
            .collect();
        parts.into_iter().flat_map(|part| part.join()).collect()
    });
    (0..queries.len())
        .map(|query| {
            let mut best: Vec<(u32, f32)> =
                parts.iter().flat_map(|part| part[query].iter().copied()).collect();
            keep_best(&mut best, count);
            best.sort_by(|a, b| b.1.total_cmp(&a.1));
            best
        })
        .collect()
}

fn keep_best(best: &mut Vec<(u32, f32)>, count: usize) {
    if best.len() > count {
        best.select_nth_unstable_by(count - 1, |a, b| b.1.total_cmp(&a.1));
        best.truncate(count);
    }
}

/// The vectors of the texts: those of an earlier run where there are any.
fn embedded(folder: &Path, embedder: &Embedder, texts: &[String]) -> anyhow::Result<Vec<Vec<f32>>> {
    let name = format!("vectors-{}-{SEED}-{SEED_JOBS}-{SEED_CVS}.bin", embedder.model_name());
    let file = folder.join(name);
    let bytes = match fs::read(&file) {
        Ok(bytes) if bytes.len() == texts.len() * DIMENSIONS * 4 => bytes,
        _ => {
            println!("embedding {} texts (once: they are kept in {})", texts.len(), folder.display());
            let mut bytes = Vec::with_capacity(texts.len() * DIMENSIONS * 4);
            for batch in texts.chunks(BATCH) {
                let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
                for vector in embedder.embed(&batch)? {
                    bytes.extend(vector.as_slice().iter().flat_map(|value| value.to_le_bytes()));
                }
            }
            fs::write(&file, &bytes).with_context(|| format!("{} cannot be written", file.display()))?;
            bytes
        }
    };
    let number = |four: &[u8]| f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
    Ok(bytes.chunks_exact(DIMENSIONS * 4).map(|row| row.chunks_exact(4).map(number).collect()).collect())
}

fn occupation_of(title: &str) -> usize {
    let named = OCCUPATIONS.iter().position(|occupation| title.ends_with(occupation.title));
    named.unwrap_or(OCCUPATIONS.len())
}

/// Ids in the order in which rows are made, as real ones are (UUIDv7).
fn id(kind: u8, number: u32) -> Uuid {
    let mut random = [kind; 10];
    random[6..].copy_from_slice(&number.to_be_bytes());
    Builder::from_unix_timestamp_millis(1_760_000_000_000 + u64::from(number), &random).into_uuid()
}

/// A source of chances for a row: SplitMix64 (Steele et al. 2014, <https://doi.org/10.1145/2660193.2660195>).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// 0–1.
    fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Normally distributed (Box and Muller 1958).
    fn normal(&mut self) -> f32 {
        let (radius, angle) = (self.share().max(1e-7), self.share());
        (-2.0 * radius.ln()).sqrt() * (std::f32::consts::TAU * angle).cos()
    }
}
