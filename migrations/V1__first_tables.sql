-- The first tables. The database is the truth: every stage's state stands in the row that the stage works on.
--
-- A stage's columns are always these six: STAGE_status, STAGE_attempts (claims so far), STAGE_next_attempt_at (not before),
-- STAGE_lease_token (fences off a worker that comes back too late), STAGE_lease_until (after that the row is free again),
-- STAGE_failure ({kind, reason, message} of the last failed attempt).

create extension if not exists vector;

-- One version of one candidate's CV.
create table cv (
    id                        uuid primary key,
    candidate_id              text not null,
    version                   integer not null check (version > 0),
    is_latest                 boolean not null,
    file_key                  text not null,
    file_name                 text not null,
    media_type                text not null,
    file_size                 integer not null,
    file_sha256               text not null,
    created_at                timestamptz not null default now(),

    parsing_status            text not null default 'pending' check (parsing_status in ('pending', 'processing', 'completed', 'failed')),
    parsing_attempts          integer not null default 0,
    parsing_next_attempt_at   timestamptz not null default now(),
    parsing_lease_token       uuid,
    parsing_lease_until       timestamptz,
    parsing_failure           jsonb,
    parsed_at                 timestamptz,

    embedding_status          text not null default 'pending' check (embedding_status in ('pending', 'processing', 'completed', 'failed')),
    embedding_attempts        integer not null default 0,
    embedding_next_attempt_at timestamptz not null default now(),
    embedding_lease_token     uuid,
    embedding_lease_until     timestamptz,
    embedding_failure         jsonb,
    embedded_at               timestamptz,

    matching_status           text not null default 'pending' check (matching_status in ('pending', 'processing', 'completed', 'failed')),
    matching_attempts         integer not null default 0,
    matching_next_attempt_at  timestamptz not null default now(),
    matching_lease_token      uuid,
    matching_lease_until      timestamptz,
    matching_failure          jsonb,
    last_analyzed             timestamptz,

    text                      text,
    profile                   jsonb,
    skill_ids                 text[] not null default '{}',
    embedding                 vector(384),
    embedding_model           text,

    unique (candidate_id, version)
);

create unique index cv_latest_of_candidate on cv (candidate_id) where is_latest;
create index cv_to_parse on cv (parsing_next_attempt_at) where parsing_status in ('pending', 'processing');
create index cv_to_embed on cv (embedding_next_attempt_at) where parsing_status = 'completed' and embedding_status in ('pending', 'processing');
create index cv_embedding_failed on cv (embedding_next_attempt_at) where embedding_status = 'failed';
create index cv_to_match on cv (matching_next_attempt_at) where embedding_status = 'completed' and matching_status in ('pending', 'processing');
create index cv_to_refresh on cv (last_analyzed) where embedding_status = 'completed' and is_latest;
create index cv_superseded on cv (created_at) where not is_latest;
create index cv_file_key on cv (file_key);
-- Partial, so that a filter that keeps few rows does not starve the graph search.
create index cv_embedding_hnsw on cv using hnsw (embedding vector_cosine_ops)
    where embedding_status = 'completed' and is_latest;

-- One job ad.
create table job (
    id                        uuid primary key,
    recruiter_id              text not null,
    external_id               text,
    title                     text not null,
    company                   text,
    location                  text,
    remote                    text check (remote in ('onsite', 'hybrid', 'remote')),
    employment_type           text check (employment_type in ('full_time', 'part_time', 'contract', 'temporary', 'internship', 'apprenticeship')),
    salary_min                double precision,
    salary_max                double precision,
    salary_currency           text,
    salary_period             text check (salary_period in ('year', 'month', 'day', 'hour')),
    text                      text not null,
    status                    text not null default 'open' check (status in ('open', 'closed')),
    expires_at                timestamptz,
    closed_at                 timestamptz,
    created_at                timestamptz not null default now(),
    updated_at                timestamptz not null default now(),

    requirements              jsonb,
    skill_ids                 text[] not null default '{}',

    embedding_status          text not null default 'pending' check (embedding_status in ('pending', 'processing', 'completed', 'failed')),
    embedding_attempts        integer not null default 0,
    embedding_next_attempt_at timestamptz not null default now(),
    embedding_lease_token     uuid,
    embedding_lease_until     timestamptz,
    embedding_failure         jsonb,
    embedded_at               timestamptz,
    embedding                 vector(384),
    embedding_model           text,

    unique (recruiter_id, external_id)
);

create index job_to_embed on job (embedding_next_attempt_at) where embedding_status in ('pending', 'processing');
create index job_embedding_failed on job (embedding_next_attempt_at) where embedding_status = 'failed';
create index job_of_recruiter on job (recruiter_id, id);
create index job_expiry on job (expires_at) where status = 'open' and expires_at is not null;
create index job_embedding_hnsw on job using hnsw (embedding vector_cosine_ops)
    where embedding_status = 'completed' and status = 'open';

-- One analysis of one CV. Never updated but to say that a later one took its place, and to count up `revision` when what
-- is shown of it changes (an explanation was written, one of its jobs was closed or changed).
create table prediction (
    id               uuid primary key,
    cv_id            uuid not null references cv on delete cascade,
    is_latest        boolean not null default true,
    variant          text not null,
    embedding_model  text not null,
    weights_version  text not null,
    revision         integer not null default 0,
    created_at       timestamptz not null default now(),
    superseded_at    timestamptz
);

create unique index prediction_latest_of_cv on prediction (cv_id) where is_latest;
create index prediction_of_cv on prediction (cv_id);
create index prediction_superseded on prediction (superseded_at) where not is_latest;

-- One job in one prediction.
create table match (
    id                          uuid primary key,
    prediction_id               uuid not null references prediction on delete cascade,
    cv_id                       uuid not null references cv on delete cascade,
    job_id                      uuid not null references job on delete cascade,
    rank                        integer not null check (rank > 0),
    score                       real not null,
    reverse_score               real not null,
    parts                       jsonb not null,

    explanation_status          text not null default 'pending' check (explanation_status in ('pending', 'processing', 'completed', 'failed')),
    explanation_attempts        integer not null default 0,
    explanation_next_attempt_at timestamptz not null default now(),
    explanation_lease_token     uuid,
    explanation_lease_until     timestamptz,
    explanation_failure         jsonb,
    explanation                 jsonb,
    explained_at                timestamptz,

    unique (prediction_id, job_id),
    unique (prediction_id, rank)
);

create index match_of_job on match (job_id);
create index match_of_cv on match (cv_id);
create index match_to_explain on match (explanation_next_attempt_at) where explanation_status in ('pending', 'processing');

-- What somebody did with a match. It outlives the match, so it names what it needs instead of pointing at it.
create table interaction (
    id            uuid primary key,
    candidate_id  text not null,
    match_id      uuid not null,
    prediction_id uuid not null,
    cv_id         uuid not null,
    job_id        uuid not null,
    kind          text not null check (kind in ('impression', 'click', 'save', 'dismiss', 'apply', 'hired')),
    rank          integer not null,
    variant       text not null,
    created_at    timestamptz not null default now()
);

create index interaction_of_candidate on interaction (candidate_id);
create index interaction_applied on interaction (job_id) where kind = 'apply';
create index interaction_by_time on interaction (created_at);

-- One run of one scheduled task.
create table task_run (
    id          uuid primary key,
    name        text not null,
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    items       integer not null default 0,
    succeeded   integer not null default 0,
    failed      integer not null default 0,
    error       text
);

create index task_run_by_name on task_run (name, started_at desc);
create index task_run_by_time on task_run (started_at);

-- The answer that a request with an Idempotency-Key got, so that the same request again gets the same answer.
create table idempotency_key (
    caller         text not null,
    key            text not null,
    request_sha256 text not null,
    response       jsonb not null,
    created_at     timestamptz not null default now(),
    primary key (caller, key)
);

create index idempotency_key_by_time on idempotency_key (created_at);

-- An upload that a candidate was promised a place for; it becomes a CV of the same id when its file is there.
create table upload (
    id           uuid primary key,
    candidate_id text not null,
    file_key     text not null,
    file_name    text not null,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz not null
);

create index upload_expiry on upload (expires_at);

-- A CV without the large columns: what its owner and the operator are shown.
create view cv_summary as
    select id, candidate_id, version, is_latest, file_name, media_type, file_size, file_key, created_at,
        parsing_status, parsing_attempts, parsing_next_attempt_at, parsing_failure,
        embedding_status, embedding_attempts, embedding_next_attempt_at, embedding_failure,
        matching_status, matching_attempts, matching_next_attempt_at, matching_failure, last_analyzed,
        profile
    from cv;

-- A job without its vector.
create view job_summary as
    select id, recruiter_id, external_id, title, company, location, remote, employment_type,
        salary_min, salary_max, salary_currency, salary_period, text, status, expires_at, closed_at, created_at, updated_at,
        requirements, embedding_status, embedding_attempts, embedding_next_attempt_at, embedding_failure
    from job;
