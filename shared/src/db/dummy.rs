//! Load data in bulk: rows that look as if they had gone through the stages before. They are written by binary COPY, and
//! where there are many the vector index is built once at the end, which is several times faster than row by row.

use std::collections::HashSet;
use std::pin::pin;

use pgvector::Vector;
use tokio_postgres::Transaction;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{Json, ToSql, Type};
use uuid::Uuid;

use super::interaction::InteractionKind;
use super::{Db, DbError, params};
use crate::domain::{JobText, Profile, Requirements};

/// A made-up CV that has been parsed, and embedded if it has a vector.
#[derive(Clone, Debug)]
pub struct DummyCv {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub candidate_id: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub profile: Profile,
    /// Its vector.
    pub embedding: Option<Vec<f32>>,
}

/// A made-up job, embedded if it has a vector.
#[derive(Clone, Debug)]
pub struct DummyJob {
    /// Its id.
    pub id: Uuid,
    /// Its external id.
    pub external_id: String,
    /// What the ad says.
    pub text: JobText,
    /// What it asks for; none for a job that waits to be embedded.
    pub requirements: Option<Requirements>,
    /// Its vector.
    pub embedding: Option<Vec<f32>>,
}

/// A made-up interaction.
#[derive(Clone, Debug)]
pub struct DummyInteraction {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub candidate_id: String,
    /// With which match.
    pub match_id: Uuid,
    /// Of which prediction: a UUIDv7, whose time is that of the prediction.
    pub prediction_id: Uuid,
    /// Of which CV.
    pub cv_id: Uuid,
    /// Of which job.
    pub job_id: Uuid,
    /// What was done.
    pub kind: InteractionKind,
    /// The match's place.
    pub rank: i32,
    /// The variant of the prediction.
    pub variant: String,
    /// When.
    pub created_at: Time,
}

const COPY_INTERACTIONS: &str = "
    copy interaction (id, candidate_id, match_id, prediction_id, cv_id, job_id, kind, rank, variant, created_at)
    from stdin (format binary)";
const INTERACTION_TYPES: [Type; 10] = [
    Type::UUID,
    Type::TEXT,
    Type::UUID,
    Type::UUID,
    Type::UUID,
    Type::UUID,
    Type::TEXT,
    Type::INT4,
    Type::TEXT,
    Type::TIMESTAMPTZ,
];

const COPY_CVS: &str = "
    copy cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256,
        parsing_status, parsing_attempts, parsed_at, text, profile, skill_ids,
        embedding, embedding_model, embedding_status, embedded_at)
    from stdin (format binary)";
const CV_TYPES: [Type; 19] = [
    Type::UUID,
    Type::TEXT,
    Type::INT4,
    Type::BOOL,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::INT4,
    Type::TEXT,
    Type::TEXT,
    Type::INT4,
    Type::TIMESTAMPTZ,
    Type::TEXT,
    Type::JSONB,
    Type::TEXT_ARRAY,
    // Stands for the vector's type, whose number differs from database to database.
    Type::UNKNOWN,
    Type::TEXT,
    Type::TEXT,
    Type::TIMESTAMPTZ,
];

const COPY_JOBS: &str = "
    copy job (id, recruiter_id, external_id, title, company, location, text, requirements, skill_ids,
        embedding, embedding_model, embedding_status, embedded_at)
    from stdin (format binary)";
const JOB_TYPES: [Type; 13] = [
    Type::UUID,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::JSONB,
    Type::TEXT_ARRAY,
    // As above.
    Type::UNKNOWN,
    Type::TEXT,
    Type::TEXT,
    Type::TIMESTAMPTZ,
];

/// The indexes of vectors, of CVs and of jobs.
pub const VECTOR_INDEXES: [&str; 2] = ["cv_vector_near", "job_vector_near"];

/// Memory for building an index of vectors, whose graph should fit into it.
const BUILD_MEMORY: &str = "set local maintenance_work_mem = '1GB'";

/// Takes the vector index away. Returns what makes it again.
async fn drop_index(transaction: &Transaction<'_>, index: &str) -> Result<Option<String>, DbError> {
    let rows =
        transaction.query_typed("select pg_get_indexdef(to_regclass($1))", params![index => TEXT]).await?;
    let definition: Option<String> = rows.first().map(|row| row.try_get(0)).transpose()?.flatten();
    match index {
        "cv_vector_near" => transaction.batch_execute("drop index if exists cv_vector_near").await?,
        _ => transaction.batch_execute("drop index if exists job_vector_near").await?,
    }
    Ok(definition)
}

/// Makes the vector index again.
async fn build_index(transaction: &mut Transaction<'_>, definition: &str) -> Result<(), DbError> {
    transaction.batch_execute(BUILD_MEMORY).await?;
    let attempt = transaction.savepoint("parallel_build").await?;
    match attempt.batch_execute(definition).await {
        Ok(()) => Ok(attempt.commit().await?),
        // Its workers share memory that a container may not have; one process alone needs none of it.
        Err(_) => {
            attempt.rollback().await?;
            transaction.batch_execute("set local max_parallel_maintenance_workers = 0").await?;
            Ok(transaction.batch_execute(definition).await?)
        }
    }
}

impl Db {
    /// The candidates of made-up CVs that are there already.
    ///
    /// # Errors
    /// The database fails.
    pub async fn dummy_candidates(&self) -> Result<HashSet<String>, DbError> {
        let sql = "select candidate_id from cv where candidate_id like 'dummy-%'";
        let rows = self.client().await?.query_typed(sql, &[]).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The external ids of made-up jobs that are there already.
    ///
    /// # Errors
    /// The database fails.
    pub async fn dummy_jobs(&self) -> Result<HashSet<String>, DbError> {
        let sql = "select external_id from job where recruiter_id = 'dummy' and external_id is not null";
        let rows = self.client().await?.query_typed(sql, &[]).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// The made-up candidates who did something already.
    ///
    /// # Errors
    /// The database fails.
    pub async fn dummy_interaction_candidates(&self) -> Result<HashSet<String>, DbError> {
        let sql = "select distinct candidate_id from interaction where candidate_id like 'dummy-%'";
        let rows = self.client().await?.query_typed(sql, &[]).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    /// Inserts made-up interactions; as [`Db::insert_dummy_cvs`].
    ///
    /// # Errors
    /// The database fails; then none is inserted.
    pub async fn insert_dummy_interactions(
        &self,
        mut next: impl AsyncFnMut() -> Option<Vec<DummyInteraction>>,
    ) -> Result<u64, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let writer =
            BinaryCopyInWriter::new(transaction.copy_in(COPY_INTERACTIONS).await?, &INTERACTION_TYPES);
        let mut writer = pin!(writer);
        while let Some(interactions) = next().await {
            for one in interactions {
                let row: [&(dyn ToSql + Sync); 10] = [
                    &one.id,
                    &one.candidate_id,
                    &one.match_id,
                    &one.prediction_id,
                    &one.cv_id,
                    &one.job_id,
                    &one.kind.as_str(),
                    &one.rank,
                    &one.variant,
                    &one.created_at,
                ];
                writer.as_mut().write(&row).await?;
            }
        }
        let inserted = writer.finish().await?;
        transaction.commit().await?;
        client.batch_execute("analyze interaction").await?;
        Ok(inserted)
    }

    /// Inserts the made-up CVs that `next` gives until it gives none, all in one transaction. With `anew` the vector index
    /// is built anew, while nobody else can use the table. `model` made the vectors. Returns how many were inserted.
    ///
    /// # Errors
    /// The database fails; then none is inserted.
    pub async fn insert_dummy_cvs(
        &self,
        model: &str,
        anew: bool,
        mut next: impl AsyncFnMut() -> Option<Vec<DummyCv>>,
    ) -> Result<u64, DbError> {
        let mut client = self.client().await?;
        let types = with_vector(&CV_TYPES, self.vector_type(&client).await?);
        let mut transaction = client.transaction().await?;
        let index = if anew { drop_index(&transaction, "cv_vector_near").await? } else { None };
        let writer = BinaryCopyInWriter::new(transaction.copy_in(COPY_CVS).await?, &types);
        let mut writer = pin!(writer);
        let now = chrono::Utc::now();
        while let Some(cvs) = next().await {
            for cv in cvs {
                let skills: Vec<&str> =
                    cv.profile.analysis.skills.iter().map(|skill| skill.id.as_str()).collect();
                let (key, name) = (format!("dummy/{}", cv.id), format!("{}.txt", cv.candidate_id));
                let size = cv.text.len() as i32;
                let embedding = cv.embedding.map(Vector::from);
                let (model, status, embedded_at) = embedded(embedding.is_some(), model, now);
                let row: [&(dyn ToSql + Sync); 19] = [
                    &cv.id,
                    &cv.candidate_id,
                    &1i32,
                    &true,
                    &key,
                    &name,
                    &"text/plain",
                    &size,
                    &"",
                    &"completed",
                    &1i32,
                    &now,
                    &cv.text,
                    &Json(&cv.profile),
                    &skills,
                    &embedding,
                    &model,
                    &status,
                    &embedded_at,
                ];
                writer.as_mut().write(&row).await?;
            }
        }
        let inserted = writer.finish().await?;
        if let Some(definition) = index {
            build_index(&mut transaction, &definition).await?;
        }
        transaction.commit().await?;
        client.batch_execute("analyze cv, cv_vector").await?;
        Ok(inserted)
    }

    /// Inserts made-up jobs of the recruiter `dummy`; as [`Db::insert_dummy_cvs`].
    ///
    /// # Errors
    /// The database fails; then none is inserted.
    pub async fn insert_dummy_jobs(
        &self,
        model: &str,
        anew: bool,
        mut next: impl AsyncFnMut() -> Option<Vec<DummyJob>>,
    ) -> Result<u64, DbError> {
        let mut client = self.client().await?;
        let types = with_vector(&JOB_TYPES, self.vector_type(&client).await?);
        let mut transaction = client.transaction().await?;
        let index = if anew { drop_index(&transaction, "job_vector_near").await? } else { None };
        let writer = BinaryCopyInWriter::new(transaction.copy_in(COPY_JOBS).await?, &types);
        let mut writer = pin!(writer);
        let now = chrono::Utc::now();
        while let Some(jobs) = next().await {
            for job in jobs {
                let wanted = job.requirements.iter().flat_map(|requirements| &requirements.skills);
                let skills: Vec<&str> = wanted.map(|skill| skill.id.as_str()).collect();
                let embedding = job.embedding.map(Vector::from);
                let (model, status, embedded_at) = embedded(embedding.is_some(), model, now);
                let row: [&(dyn ToSql + Sync); 13] = [
                    &job.id,
                    &"dummy",
                    &job.external_id,
                    &job.text.title,
                    &job.text.company,
                    &job.text.location,
                    &job.text.text,
                    &job.requirements.as_ref().map(Json),
                    &skills,
                    &embedding,
                    &model,
                    &status,
                    &embedded_at,
                ];
                writer.as_mut().write(&row).await?;
            }
        }
        let inserted = writer.finish().await?;
        if let Some(definition) = index {
            build_index(&mut transaction, &definition).await?;
        }
        transaction.commit().await?;
        client.batch_execute("analyze job, job_vector").await?;
        Ok(inserted)
    }
}

type Time = chrono::DateTime<chrono::Utc>;

/// Model, status and time of a row's embedding.
fn embedded(is_there: bool, model: &str, now: Time) -> (Option<&str>, &'static str, Option<Time>) {
    if is_there { (Some(model), "completed", Some(now)) } else { (None, "pending", None) }
}

fn with_vector(types: &[Type], vector: Type) -> Vec<Type> {
    types.iter().map(|one| if *one == Type::UNKNOWN { vector.clone() } else { one.clone() }).collect()
}
