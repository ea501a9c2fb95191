//! What programs of earlier releases say to the database: a CV's way and a job's, with the columns that were known, by the
//! migration that the release came with. `{n}` is a number of twelve digits that makes the rows of a run its own.
//!
//! A migration that is followed by another has its lines here, if a program writes or reads what it made.

/// The statements of a program that came with the migration `version`, in their order, with the rows of run `number`.
pub fn of_program(version: i32, number: u32) -> Vec<String> {
    STATEMENTS
        .iter()
        .filter(|(since, _)| *since <= version)
        .map(|(_, text)| text.replace("{n}", &format!("{number:012}")))
        .collect()
}

/// The migrations that statements are known of.
pub fn known() -> Vec<i32> {
    let mut known: Vec<i32> = STATEMENTS.iter().map(|(since, _)| *since).collect();
    known.sort_unstable();
    known.dedup();
    known
}

/// With the migration that they came with.
const STATEMENTS: &[(i32, &str)] = &[
    // A job is posted, and its vector made.
    (
        1,
        "insert into job (id, recruiter_id, external_id, title, company, text)
        values ('b0000000-0000-7000-8000-{n}', 'rita', 'job-{n}', 'Nurse', 'Works', 'Nurse for intensive care')",
    ),
    (5, "update job set must_haves = '{\"skills\": [\"wound care\"]}' where id = 'b0000000-0000-7000-8000-{n}'"),
    (
        1,
        "update job set embedding_status = 'processing', embedding_attempts = embedding_attempts + 1,
            embedding_lease_token = 'd0000000-0000-7000-8000-{n}', embedding_lease_until = now() + interval '1 minute'
        where id in (select id from job where id = 'b0000000-0000-7000-8000-{n}' and embedding_status = 'pending'
            and embedding_next_attempt_at <= now() for update skip locked)",
    ),
    (
        1,
        "update job set embedding_status = 'completed', embedded_at = now(), embedding_model = 'm', requirements = '{}',
            skill_ids = '{nursing}', embedding_lease_token = null, embedding_lease_until = null,
            embedding = (select array_agg(sin(place)::real) from generate_series(1, 384) as place)::vector
        where id = 'b0000000-0000-7000-8000-{n}' and embedding_lease_token = 'd0000000-0000-7000-8000-{n}'",
    ),
    // A CV is taken in, at once or where it was promised a place, and once more under the same key.
    (
        1,
        "insert into upload (id, candidate_id, file_key, file_name, expires_at)
        values ('c0000000-0000-7000-8000-{n}', 'person-{n}', 'upload/{n}', 'cv.pdf', now() + interval '1 hour')",
    ),
    (
        1,
        "insert into cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256)
        values ('c0000000-0000-7000-8000-{n}', 'person-{n}', 1, true, 'cv/{n}', 'cv.pdf', 'application/pdf', 1000, 'ab')",
    ),
    (1, "delete from upload where id = 'c0000000-0000-7000-8000-{n}'"),
    (
        1,
        "insert into idempotency_key (caller, key, request_sha256, response) values ('person-{n}', 'key', 'ab', '{}')
        on conflict (caller, key) do nothing",
    ),
    // Its stages.
    (
        1,
        "update cv set parsing_status = 'processing', parsing_attempts = parsing_attempts + 1,
            parsing_lease_token = 'd0000000-0000-7000-8000-{n}', parsing_lease_until = now() + interval '1 minute'
        where id in (select id from cv where id = 'c0000000-0000-7000-8000-{n}' and parsing_status = 'pending'
            and parsing_next_attempt_at <= now() for update skip locked)",
    ),
    (
        1,
        "update cv set parsing_status = 'completed', parsed_at = now(), text = 'A nurse', profile = '{\"basics\": {}}',
            skill_ids = '{nursing}', parsing_lease_token = null, parsing_lease_until = null
        where id = 'c0000000-0000-7000-8000-{n}' and parsing_lease_token = 'd0000000-0000-7000-8000-{n}'",
    ),
    (2, "update cv set parsed_by = '0.1.0' where id = 'c0000000-0000-7000-8000-{n}'"),
    (
        1,
        "update cv set embedding_status = 'completed', embedded_at = now(), embedding_model = 'm',
            embedding = (select array_agg(cos(place)::real) from generate_series(1, 384) as place)::vector
        where id = 'c0000000-0000-7000-8000-{n}'",
    ),
    (
        1,
        "select id from job where embedding_status = 'completed' and status = 'open'
        order by embedding <=> (select embedding from cv where id = 'c0000000-0000-7000-8000-{n}') limit 10",
    ),
    (
        6,
        "select job_id from job_vector where embedding_model = 'm' and (expires_at is null or expires_at > now())
        order by embedding <=> (select embedding::halfvec from cv where id = 'c0000000-0000-7000-8000-{n}') limit 10",
    ),
    (
        1,
        "update prediction set is_latest = false, superseded_at = now()
        where cv_id = 'c0000000-0000-7000-8000-{n}' and is_latest",
    ),
    (
        1,
        "insert into prediction (id, cv_id, variant, embedding_model, weights_version)
        values ('a0000000-0000-7000-8000-{n}', 'c0000000-0000-7000-8000-{n}', 'default', 'm', 'w')",
    ),
    (
        1,
        "insert into match (id, prediction_id, cv_id, job_id, rank, score, reverse_score, parts)
        select 'e0000000-0000-7000-8000-{n}', 'a0000000-0000-7000-8000-{n}', 'c0000000-0000-7000-8000-{n}', id, 1, 80, 70, '[]'
        from job where id = 'b0000000-0000-7000-8000-{n}'",
    ),
    (
        5,
        "update match set must_haves = '[{}]', job_updated_at = now() where id = 'e0000000-0000-7000-8000-{n}'",
    ),
    (
        5,
        "insert into left_out_job (prediction_id, job_id, score, unmet, job_updated_at)
        select 'a0000000-0000-7000-8000-{n}', 'b0000000-0000-7000-8000-{n}', 60, '[]', now()",
    ),
    (
        1,
        "update cv set matching_status = 'completed', last_analyzed = now() where id = 'c0000000-0000-7000-8000-{n}'",
    ),
    (5, "update cv set matching_reach = 0.7 where id = 'c0000000-0000-7000-8000-{n}'"),
    (
        4,
        "insert into chat_day as day (day, micros) values (current_date, 10)
        on conflict (day) do update set micros = day.micros + excluded.micros",
    ),
    (
        4,
        "insert into chat_call (id, day, model, matches, estimated_input_tokens, estimated_micros)
        values ('f0000000-0000-7000-8000-{n}', current_date, 'm', 5, 1000, 10)",
    ),
    (
        4,
        "update chat_call set outcome = 'answered', input_tokens = 900, output_tokens = 300, cost_micros = 9, duration_ms = 700,
            accepted = 4, faults = '{name}' where id = 'f0000000-0000-7000-8000-{n}'",
    ),
    (
        1,
        "update match set explanation_status = 'completed', explanation = '{}', explained_at = now()
        where id = 'e0000000-0000-7000-8000-{n}'",
    ),
    (1, "update prediction set revision = revision + 1 where id = 'a0000000-0000-7000-8000-{n}'"),
    // What is shown.
    (
        1,
        "select id, candidate_id, version, is_latest, file_name, media_type, file_size, file_key, created_at, parsing_status,
            parsing_failure, embedding_status, embedding_failure, matching_status, matching_failure, last_analyzed, profile
        from cv_summary where candidate_id = 'person-{n}' order by version desc",
    ),
    (
        1,
        "select id, recruiter_id, external_id, title, company, location, remote, employment_type, salary_min, salary_max,
            salary_currency, salary_period, text, status, expires_at, closed_at, created_at, updated_at, requirements,
            embedding_status, embedding_failure
        from job_summary where recruiter_id = 'rita' order by id desc limit 20",
    ),
    (
        1,
        "select match.rank, match.score, match.parts, match.explanation, job.title from match join job on job.id = match.job_id
        where match.prediction_id = 'a0000000-0000-7000-8000-{n}' and job.status = 'open' order by match.rank",
    ),
    (
        5,
        "select id, is_open, is_changed, job_updated_at, job_embedding_status, is_dismissed, state from match_now
        where prediction_id = 'a0000000-0000-7000-8000-{n}' order by rank",
    ),
    (
        1,
        "insert into interaction (id, candidate_id, match_id, prediction_id, cv_id, job_id, kind, rank, variant)
        values ('90000000-0000-7000-8000-{n}', 'person-{n}', 'e0000000-0000-7000-8000-{n}', 'a0000000-0000-7000-8000-{n}',
            'c0000000-0000-7000-8000-{n}', 'b0000000-0000-7000-8000-{n}', 'click', 1, 'default')",
    ),
    // Tasks, evaluation, variants.
    (1, "insert into task_run (id, name) values ('80000000-0000-7000-8000-{n}', 'cleanup_old_data')"),
    (
        1,
        "update task_run set finished_at = now(), items = 1, succeeded = 1 where id = '80000000-0000-7000-8000-{n}'",
    ),
    (
        2,
        "insert into parsing_quality (release, cvs, failed, sums) values ('0.1.0', 1, 0, '{}')
        on conflict (release, day) do update set cvs = excluded.cvs, evaluated_at = now()",
    ),
    (
        3,
        "insert into match_variant as kept (name, weights, share) values ('v{n}', '{}', 50)
        on conflict (name) do update set share = excluded.share, changed_at = now()",
    ),
    (3, "select name, weights, retrieved_per_cv, explanation, share from match_variant where is_on"),
    // A new version of the CV, the job closed; the rows of an earlier run deleted by their owner.
    (1, "update cv set is_latest = false where id = 'c0000000-0000-7000-8000-{n}'"),
    (
        1,
        "insert into cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256)
        values ('c1000000-0000-7000-8000-{n}', 'person-{n}', 2, true, 'cv/{n}-2', 'cv.txt', 'text/plain', 100, 'cd')",
    ),
    (1, "update job set status = 'closed', closed_at = now() where id = 'b0000000-0000-7000-8000-{n}'"),
    (1, "delete from cv where id = 'c1000000-0000-7000-8000-{n}'"),
];
