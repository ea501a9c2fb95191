-- What a recruiter makes a condition of a job, and what keeps every answer as fresh as the rows that it is made of.

-- Conditions of the job: {driving_licences, certificates, languages, right_to_work, place, skills}; empty for none.
alter table job add column must_haves jsonb not null default '{}';

-- How the CV stands to each condition, and what the job said when the pair was scored: one that says something else now
-- is not shown until it is scored again.
alter table match add column must_haves jsonb not null default '[]';
alter table match add column job_updated_at timestamptz;

-- Jobs that would stand in a prediction but for a condition that the CV does not meet.
create table left_out_job (
    prediction_id  uuid not null references prediction on delete cascade,
    job_id         uuid not null references job on delete cascade,
    score          real not null,
    unmet          jsonb not null,
    job_updated_at timestamptz not null,
    primary key (prediction_id, job_id)
);

create index left_out_job_of_job on left_out_job (job_id);

-- The cosine distance of the farthest job that was retrieved for the CV: a new job farther away than that cannot enter its
-- list. Null where fewer jobs were there than are retrieved.
alter table cv add column matching_reach real;

create index interaction_deciding on interaction (candidate_id, job_id, created_at)
    where kind in ('save', 'dismiss', 'apply', 'hired');
create index interaction_hired on interaction (job_id) where kind = 'hired';

-- A match as it stands now: whether its job takes candidates, whether it says something else since it was scored, and what
-- the candidate did about it. An answer shows those that are open, not changed and not dismissed.
create view match_now as
    select match.id, match.prediction_id, match.job_id, match.rank,
        job.status = 'open' and (job.expires_at is null or job.expires_at > now()) as is_open,
        coalesce(match.job_updated_at, prediction.created_at) < job.updated_at as is_changed,
        job.updated_at as job_updated_at, job.embedding_status as job_embedding_status,
        coalesce(decided.latest = 'dismiss', false) as is_dismissed, decided.state
    from match
    join prediction on prediction.id = match.prediction_id
    join cv on cv.id = match.cv_id
    join job on job.id = match.job_id
    cross join lateral (
        select (array_agg(kind order by created_at desc, interaction.id desc))[1] as latest,
            case when bool_or(kind = 'hired') then 'hired' when bool_or(kind = 'apply') then 'apply'
                when bool_or(kind = 'save') then 'save' end as state
        from interaction
        where interaction.candidate_id = cv.candidate_id and interaction.job_id = match.job_id
            and kind in ('save', 'dismiss', 'apply', 'hired')) decided;

drop view job_summary;
-- A job without its vector.
create view job_summary as
    select id, recruiter_id, external_id, title, company, location, remote, employment_type,
        salary_min, salary_max, salary_currency, salary_period, text, status, expires_at, closed_at, created_at, updated_at,
        requirements, must_haves, embedding_status, embedding_attempts, embedding_next_attempt_at, embedding_failure
    from job;
