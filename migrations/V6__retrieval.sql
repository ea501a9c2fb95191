-- The vectors that are searched, in narrow tables of their own: those of open jobs and of latest CVs, in half precision. The
-- rows of `job` and `cv` change with every stage, and each change of a row that a vector index covers is an insertion into the
-- index's graph; here a row changes only when its vector does. `docs/retrieval.md` says what was measured.
--
-- Triggers keep them, so that nothing else writes to them. Making the indexes takes long where there are many rows (100,000
-- jobs: a minute or two), and all writers wait meanwhile. Where that is too long, do it beforehand, with writers at work, in
-- psql, statement by statement (no transaction around them), and migrate then: what is there stays as it is.
--     this file up to the line "Indexes"
--     set maintenance_work_mem = '4GB';
--     create index concurrently job_vector_near on job_vector using hnsw (embedding halfvec_cosine_ops) with (ef_construction = 200);
--     create index concurrently cv_vector_near on cv_vector using hnsw (embedding halfvec_cosine_ops) with (ef_construction = 200);

create table if not exists job_vector (
    job_id          uuid primary key references job on delete cascade,
    embedding       halfvec(384) not null,
    embedding_model text not null,
    expires_at      timestamptz
);

create table if not exists cv_vector (
    cv_id           uuid primary key references cv on delete cascade,
    embedding       halfvec(384) not null,
    embedding_model text not null
);

create or replace function keep_job_vector() returns trigger language plpgsql as $$
begin
    if new.status = 'open' and new.embedding_status = 'completed' and new.embedding is not null then
        insert into job_vector as kept (job_id, embedding, embedding_model, expires_at)
        values (new.id, new.embedding, new.embedding_model, new.expires_at)
        on conflict (job_id) do update set embedding = excluded.embedding, embedding_model = excluded.embedding_model,
            expires_at = excluded.expires_at
        where (kept.embedding, kept.embedding_model, kept.expires_at)
            is distinct from (excluded.embedding, excluded.embedding_model, excluded.expires_at);
    else
        delete from job_vector where job_id = new.id;
    end if;
    return null;
end $$;

create or replace function keep_cv_vector() returns trigger language plpgsql as $$
begin
    if new.is_latest and new.embedding_status = 'completed' and new.embedding is not null then
        insert into cv_vector as kept (cv_id, embedding, embedding_model)
        values (new.id, new.embedding, new.embedding_model)
        on conflict (cv_id) do update set embedding = excluded.embedding, embedding_model = excluded.embedding_model
        where (kept.embedding, kept.embedding_model)
            is distinct from (excluded.embedding, excluded.embedding_model);
    else
        delete from cv_vector where cv_id = new.id;
    end if;
    return null;
end $$;

create or replace trigger keep_job_vector
    after insert or update of status, expires_at, embedding_status, embedding, embedding_model on job
    for each row execute function keep_job_vector();
create or replace trigger keep_cv_vector
    after insert or update of is_latest, embedding_status, embedding, embedding_model on cv
    for each row execute function keep_cv_vector();

-- Fill
insert into job_vector (job_id, embedding, embedding_model, expires_at)
    select id, embedding, embedding_model, expires_at from job
    where status = 'open' and embedding_status = 'completed' and embedding is not null
    on conflict do nothing;
insert into cv_vector (cv_id, embedding, embedding_model)
    select id, embedding, embedding_model from cv
    where is_latest and embedding_status = 'completed' and embedding is not null
    on conflict do nothing;

-- What was closed or superseded in the moment in which it was filled in.
delete from job_vector using job
    where job.id = job_id and not (status = 'open' and embedding_status = 'completed');
delete from cv_vector using cv
    where cv.id = cv_id and not (is_latest and embedding_status = 'completed');

-- Indexes
-- The graph should fit into it. One process alone, because further ones share memory that a container may not have.
set local maintenance_work_mem = '1GB';
set local max_parallel_maintenance_workers = 0;
create index if not exists job_vector_near on job_vector using hnsw (embedding halfvec_cosine_ops) with (ef_construction = 200);
create index if not exists cv_vector_near on cv_vector using hnsw (embedding halfvec_cosine_ops) with (ef_construction = 200);

drop index job_embedding_hnsw;
drop index cv_embedding_hnsw;

-- A new database knows nothing of these tables' sizes until it has looked.
alter table job_vector set (autovacuum_analyze_scale_factor = 0.05);
alter table cv_vector set (autovacuum_analyze_scale_factor = 0.05);
