//! CVs and jobs as the ranking commands compare them: text, what was read of it, and vector.

use std::path::Path;

use shared::document::Reader;
use shared::domain::{JobText, MustHaves, Requirements};
use shared::embedding::Embedder;
use shared::matching::{CvSide, JobSide, cv_embedding_text, job_embedding_text};
use shared::parsing::Parsed;
use shared::parsing::requirements::read_requirements;
use shared::skills::Taxonomy;

use super::embedding::{Embedded, embed_all};
use super::inputs::{CvLine, Id, JobLine, Unreadable, read_cv, read_cv_text, reader};
use super::{parallel, profile_text};
use crate::output::progress;

/// CVs with what was read of them, and those that could not be read.
pub struct Cvs {
    /// The ids of those that were read.
    pub ids: Vec<Id>,
    /// What was read of each.
    pub parsed: Vec<Parsed>,
    vectors: Embedded,
    /// Those that could not be read.
    pub failed: Vec<(Id, Unreadable)>,
}

/// Jobs with what was read of them.
pub struct Jobs {
    /// Their ids.
    pub ids: Vec<Id>,
    /// What they say.
    pub texts: Vec<JobText>,
    /// Their conditions.
    pub must_haves: Vec<MustHaves>,
    requirements: Vec<Requirements>,
    vectors: Embedded,
}

impl Cvs {
    /// Reads and embeds CVs; paths are relative to `folder`.
    pub fn read(lines: &[CvLine], folder: &Path, embedder: &Embedder) -> anyhow::Result<Self> {
        let reader = reader()?;
        let (mut ids, mut parsed, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        let bar = progress(lines.len() as u64, "Reading CVs");
        let mut left = lines.iter();
        parallel::in_order(
            lines,
            |line| read(&reader, line, folder),
            |outcome| {
                let id = left.next().map(|line| line.id.clone());
                match (id, outcome) {
                    (Some(id), Ok(read)) => {
                        ids.push(id);
                        parsed.push(read);
                    }
                    (Some(id), Err(error)) => failed.push((id, error)),
                    (None, _) => {}
                }
                bar.inc(1);
                Ok(())
            },
        )?;
        bar.finish_and_clear();
        let texts = parallel::map(&parsed, |cv| cv_embedding_text(&cv.profile, &cv.text));
        let vectors = embed_all(embedder, &texts)?;
        Ok(Self { ids, parsed, vectors, failed })
    }

    /// As they are compared.
    pub fn sides(&self) -> Vec<CvSide<'_>> {
        let each = self.parsed.iter().enumerate();
        each.map(|(index, cv)| CvSide {
            text: &cv.text,
            profile: &cv.profile,
            embedding: self.vectors.get(index),
        })
        .collect()
    }
}

fn read(reader: &Reader, line: &CvLine, folder: &Path) -> Result<Parsed, Unreadable> {
    match (&line.text, &line.path, &line.profile) {
        (Some(text), _, Some(profile)) => Ok(Parsed { text: text.clone(), profile: profile.clone() }),
        (Some(text), _, None) => read_cv_text(text),
        (None, Some(path), _) => Ok(read_cv(reader, &folder.join(path))?.1),
        (None, None, Some(profile)) => profile_text::with_text(profile.clone()),
        (None, None, None) => {
            Err(Unreadable::new("empty", "A CV needs one of `text`, `path` and `profile`."))
        }
    }
}

impl Jobs {
    /// Reads and embeds jobs.
    pub fn read(lines: &[JobLine], embedder: &Embedder) -> anyhow::Result<Self> {
        let texts: Vec<JobText> = lines.iter().map(JobLine::job).collect();
        let requirements = parallel::map(&texts, |job| read_requirements(job, Taxonomy::global()));
        let embedded: Vec<String> = texts.iter().map(job_embedding_text).collect();
        let vectors = embed_all(embedder, &embedded)?;
        let must_haves = lines.iter().map(|line| line.must_haves.clone()).collect();
        let ids = lines.iter().map(|line| line.id.clone()).collect();
        Ok(Self { ids, texts, must_haves, requirements, vectors })
    }

    /// As they are compared.
    pub fn sides(&self) -> Vec<JobSide<'_>> {
        let each = self.texts.iter().zip(&self.requirements).enumerate();
        each.map(|(index, (job, requirements))| JobSide {
            job,
            requirements,
            embedding: self.vectors.get(index),
        })
        .collect()
    }
}
