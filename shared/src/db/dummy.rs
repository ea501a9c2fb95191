//! Load data in bulk: rows that look as if they had gone through the stages before.

use tokio_postgres::types::{Json, Type};
use uuid::Uuid;

use super::{Db, DbError};
use crate::domain::{Profile, Requirements};

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
    /// Its title.
    pub title: String,
    /// The employer.
    pub company: String,
    /// The place.
    pub location: String,
    /// The ad.
    pub text: String,
    /// What it asks for.
    pub requirements: Requirements,
    /// Its vector.
    pub embedding: Option<Vec<f32>>,
}

fn vectors<'a>(all: impl Iterator<Item = &'a Option<Vec<f32>>>) -> Vec<Option<String>> {
    // As pgvector writes it; an array of vectors has no type that is the same in every database.
    all.map(|one| one.as_ref().map(|vector| format!("{vector:?}"))).collect()
}

impl Db {
    /// Inserts made-up CVs; those that are there already stay. Returns how many are new.
    ///
    /// # Errors
    /// The database fails; then none is inserted.
    pub async fn insert_dummy_cvs(&self, cvs: &[DummyCv], model: &str) -> Result<u64, DbError> {
        let ids: Vec<Uuid> = cvs.iter().map(|cv| cv.id).collect();
        let candidates: Vec<&str> = cvs.iter().map(|cv| cv.candidate_id.as_str()).collect();
        let texts: Vec<&str> = cvs.iter().map(|cv| cv.text.as_str()).collect();
        let profiles: Vec<Json<&Profile>> = cvs.iter().map(|cv| Json(&cv.profile)).collect();
        let embeddings = vectors(cvs.iter().map(|cv| &cv.embedding));
        let client = self.client().await?;
        Ok(client
            .execute_typed(
                "insert into cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256,
                    parsing_status, parsed_at, text, profile, embedding, embedding_model, embedding_status, embedded_at)
                select id, candidate_id, 1, true, 'dummy/' || id, candidate_id || '.txt', 'text/plain', octet_length(text), '',
                    'completed', now(), text, profile, embedding::vector,
                    case when embedding is not null then $6 end,
                    case when embedding is null then 'pending' else 'completed' end,
                    case when embedding is not null then now() end
                from unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::text[])
                    as new (id, candidate_id, text, profile, embedding)
                on conflict do nothing",
                &[
                    (&ids, Type::UUID_ARRAY),
                    (&candidates, Type::TEXT_ARRAY),
                    (&texts, Type::TEXT_ARRAY),
                    (&profiles, Type::JSONB_ARRAY),
                    (&embeddings, Type::TEXT_ARRAY),
                    (&model, Type::TEXT),
                ],
            )
            .await?)
    }

    /// Inserts made-up jobs of the recruiter `dummy`; those that are there already stay. Returns how many are new.
    ///
    /// # Errors
    /// The database fails; then none is inserted.
    pub async fn insert_dummy_jobs(&self, jobs: &[DummyJob], model: &str) -> Result<u64, DbError> {
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.id).collect();
        let external_ids: Vec<&str> = jobs.iter().map(|job| job.external_id.as_str()).collect();
        let titles: Vec<&str> = jobs.iter().map(|job| job.title.as_str()).collect();
        let companies: Vec<&str> = jobs.iter().map(|job| job.company.as_str()).collect();
        let locations: Vec<&str> = jobs.iter().map(|job| job.location.as_str()).collect();
        let texts: Vec<&str> = jobs.iter().map(|job| job.text.as_str()).collect();
        let requirements: Vec<Json<&Requirements>> = jobs.iter().map(|job| Json(&job.requirements)).collect();
        let embeddings = vectors(jobs.iter().map(|job| &job.embedding));
        let client = self.client().await?;
        Ok(client
            .execute_typed(
                "insert into job (id, recruiter_id, external_id, title, company, location, text, requirements,
                    embedding, embedding_model, embedding_status, embedded_at)
                select id, 'dummy', external_id, title, company, location, text, requirements,
                    embedding::vector, case when embedding is not null then $9 end,
                    case when embedding is null then 'pending' else 'completed' end,
                    case when embedding is not null then now() end
                from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::text[])
                    as new (id, external_id, title, company, location, text, requirements, embedding)
                on conflict do nothing",
                &[
                    (&ids, Type::UUID_ARRAY),
                    (&external_ids, Type::TEXT_ARRAY),
                    (&titles, Type::TEXT_ARRAY),
                    (&companies, Type::TEXT_ARRAY),
                    (&locations, Type::TEXT_ARRAY),
                    (&texts, Type::TEXT_ARRAY),
                    (&requirements, Type::JSONB_ARRAY),
                    (&embeddings, Type::TEXT_ARRAY),
                    (&model, Type::TEXT),
                ],
            )
            .await?)
    }
}
