-- What operators see and steer: each batch that a function worked on, the history of each CV and job, how long things take, which
-- schedules ran, what is paused, and who did what by hand.

-- `task_run` was one run of a scheduled task; it is now one batch of any function that works without being asked by a person.
alter table task_run
    -- Where it ran: lambda, knative, polling or in_process.
    add column host text not null default 'in_process',
    -- What caused it: queue, schedule or manual.
    add column trigger text not null default 'schedule',
    -- Of the failed, those that come again.
    add column retried integer not null default 0,
    -- Failures by their reason, as {reason: count}.
    add column error_kinds jsonb not null default '{}',
    add column trace_id text,
    -- A run that says nothing until then is dead: its process was killed. Runs that go on move it.
    add column alive_until timestamptz not null default now() + interval '1 hour',
    -- It did not run, because the one before it did still.
    add column skipped boolean not null default false;

create index task_run_running on task_run (alive_until) where finished_at is null;

-- The same summed up by minute, with how long the items took, so that percentiles over days cost little. A process adds to one
-- of the slots, so that processes do not wait for each other's row.
create table stage_minute (
    -- The function of a stage, such as `parse-cv`, or a route, such as `GET /api/jobs`.
    function   text not null,
    minute     timestamptz not null,
    slot       smallint not null,
    succeeded  bigint not null,
    failed     bigint not null,
    retried    bigint not null,
    -- How many items took so long: the bounds are those of `durations::Histogram`.
    durations  bigint[] not null,
    primary key (minute, function, slot)
);

create function added(one bigint[], other bigint[]) returns bigint[] language sql immutable parallel safe as $$
    select array_agg(coalesce(a, 0) + coalesce(b, 0) order by place)
    from unnest(one, other) with ordinality as both_of (a, b, place)
$$;

-- When the row was last claimed, so that its history tells how long an attempt took.
alter table cv
    add column parsing_claimed_at timestamptz,
    add column embedding_claimed_at timestamptz,
    add column matching_claimed_at timestamptz;
alter table job add column embedding_claimed_at timestamptz;
alter table match add column explanation_claimed_at timestamptz;

-- What happened to a CV or a job, step by step. Triggers write it, in the transaction of the work itself.
create table history (
    id          bigint generated always as identity primary key,
    cv_id       uuid references cv on delete cascade,
    job_id      uuid references job on delete cascade,
    at          timestamptz not null default clock_timestamp(),
    step        text not null check (step in ('creation', 'parsing', 'embedding', 'matching', 'explanation')),
    -- requested: somebody, or a schedule, had it done again. retrying: an attempt failed, another follows. abandoned: its worker died.
    outcome     text not null check (outcome in ('requested', 'completed', 'retrying', 'failed', 'abandoned')),
    attempt     integer,
    duration_ms integer,
    -- Rows that the step concerned, where that is not one: the matches that were explained.
    items       integer,
    failure     jsonb,
    -- The batch: `task_run.id`.
    run_id      uuid,
    -- Who caused it, where a person did.
    actor       text,
    check (num_nonnulls(cv_id, job_id) = 1)
);

create index history_of_cv on history (cv_id, id) where cv_id is not null;
create index history_of_job on history (job_id, id) where job_id is not null;
create index history_by_time on history (at);

-- What a change of a step's columns means; null where it means nothing to history.
create function step_outcome(
    was text, becomes text, old_token uuid, new_token uuid, old_next timestamptz, new_next timestamptz, begun_anew boolean, actor text
) returns text language sql immutable parallel safe as $$
    select case
        when was = 'processing' and becomes in ('completed', 'failed') then becomes
        -- Its worker is not waited for: somebody, or an earlier step that was done once more, has it done anew.
        when was = 'processing' and becomes = 'pending' and (begun_anew or actor is not null) then 'requested'
        when was = 'processing' and becomes = 'pending' and new_next is distinct from old_next then 'retrying'
        when was = 'processing' and becomes = 'pending' then 'abandoned'
        when was = 'processing' and becomes = 'processing' and new_token is distinct from old_token then 'abandoned'
        when was = 'failed' and becomes = 'pending' then 'requested'
        when was in ('pending', 'completed') and becomes = 'pending' and new_next is distinct from old_next and actor is not null
            then 'requested'
    end
$$;

create function milliseconds_since(started timestamptz) returns integer language sql stable parallel safe as $$
    select least(2147483647, 1000 * extract(epoch from clock_timestamp() - started))::integer
$$;

-- Who is acting by hand in this transaction, if somebody is.
create function actor() returns text language sql stable as $$
    select nullif(current_setting('cv_matching.actor', true), '')
$$;

create function keep_cv_history() returns trigger language plpgsql as $$
declare
    outcome text;
begin
    if tg_op = 'INSERT' then
        insert into history (cv_id, step, outcome) values (new.id, 'creation', 'completed');
        return null;
    end if;
    outcome := step_outcome(old.parsing_status, new.parsing_status, old.parsing_lease_token, new.parsing_lease_token,
        old.parsing_next_attempt_at, new.parsing_next_attempt_at, new.parsing_attempts < old.parsing_attempts, actor());
    if outcome is not null then
        insert into history (cv_id, step, outcome, attempt, duration_ms, failure, run_id, actor)
        values (new.id, 'parsing', outcome, case when outcome <> 'requested' then nullif(old.parsing_attempts, 0) end,
            case when outcome <> 'requested' then milliseconds_since(old.parsing_claimed_at) end,
            case when outcome in ('failed', 'retrying') then new.parsing_failure end, old.parsing_lease_token, actor());
    end if;
    outcome := step_outcome(old.embedding_status, new.embedding_status, old.embedding_lease_token, new.embedding_lease_token,
        old.embedding_next_attempt_at, new.embedding_next_attempt_at, new.embedding_attempts < old.embedding_attempts, actor());
    if outcome is not null then
        insert into history (cv_id, step, outcome, attempt, duration_ms, failure, run_id, actor)
        values (new.id, 'embedding', outcome, case when outcome <> 'requested' then nullif(old.embedding_attempts, 0) end,
            case when outcome <> 'requested' then milliseconds_since(old.embedding_claimed_at) end,
            case when outcome in ('failed', 'retrying') then new.embedding_failure end, old.embedding_lease_token, actor());
    end if;
    -- A CV that a new job marked while it was matched is done, and pending again.
    outcome := case when old.matching_status = 'processing' and new.last_analyzed is distinct from old.last_analyzed then 'completed'
        else step_outcome(old.matching_status, new.matching_status, old.matching_lease_token, new.matching_lease_token,
            old.matching_next_attempt_at, new.matching_next_attempt_at, new.matching_attempts < old.matching_attempts, actor()) end;
    if outcome is not null then
        insert into history (cv_id, step, outcome, attempt, duration_ms, failure, run_id, actor)
        values (new.id, 'matching', outcome, case when outcome <> 'requested' then nullif(old.matching_attempts, 0) end,
            case when outcome <> 'requested' then milliseconds_since(old.matching_claimed_at) end,
            case when outcome in ('failed', 'retrying') then new.matching_failure end, old.matching_lease_token, actor());
    end if;
    return null;
end $$;

create function keep_job_history() returns trigger language plpgsql as $$
declare
    outcome text;
begin
    if tg_op = 'INSERT' then
        insert into history (job_id, step, outcome) values (new.id, 'creation', 'completed');
        return null;
    end if;
    outcome := step_outcome(old.embedding_status, new.embedding_status, old.embedding_lease_token, new.embedding_lease_token,
        old.embedding_next_attempt_at, new.embedding_next_attempt_at, new.embedding_attempts < old.embedding_attempts, actor());
    if outcome is not null then
        insert into history (job_id, step, outcome, attempt, duration_ms, failure, run_id, actor)
        values (new.id, 'embedding', outcome, case when outcome <> 'requested' then nullif(old.embedding_attempts, 0) end,
            case when outcome <> 'requested' then milliseconds_since(old.embedding_claimed_at) end,
            case when outcome in ('failed', 'retrying') then new.embedding_failure end, old.embedding_lease_token, actor());
    end if;
    return null;
end $$;

-- Matches are explained by the dozen: one line of history for those of a CV that end alike in one batch, though they be written one
-- by one.
create function keep_explanation_history() returns trigger language plpgsql as $$
declare
    ended record;
begin
    for ended in
        select cv_id, outcome, token, case when outcome <> 'requested' then max(attempts) end as attempt,
            case when outcome <> 'requested' then max(milliseconds_since(claimed_at)) end as duration_ms, count(*)::integer as items,
            case when outcome in ('failed', 'retrying') then max(failure::text)::jsonb end as failure
        from (
            select new_match.cv_id, old_match.explanation_attempts as attempts, old_match.explanation_claimed_at as claimed_at,
                old_match.explanation_lease_token as token, new_match.explanation_failure as failure,
                step_outcome(old_match.explanation_status, new_match.explanation_status, old_match.explanation_lease_token,
                    new_match.explanation_lease_token, old_match.explanation_next_attempt_at, new_match.explanation_next_attempt_at,
                    new_match.explanation_attempts < old_match.explanation_attempts, actor()) as outcome
            from new_match join old_match using (id)) as each
        where outcome is not null
        group by cv_id, outcome, token
    loop
        update history set at = clock_timestamp(), items = items + ended.items,
            duration_ms = greatest(history.duration_ms, ended.duration_ms)
        where history.cv_id = ended.cv_id and step = 'explanation' and history.outcome = ended.outcome and run_id = ended.token
            and attempt = ended.attempt;
        if not found then
            insert into history (cv_id, step, outcome, attempt, duration_ms, items, failure, run_id, actor)
            values (ended.cv_id, 'explanation', ended.outcome, ended.attempt, ended.duration_ms, ended.items, ended.failure,
                ended.token, actor());
        end if;
    end loop;
    return null;
end $$;

create trigger keep_cv_history after insert or update of parsing_status, embedding_status, matching_status on cv
    for each row execute function keep_cv_history();
create trigger keep_job_history after insert or update of embedding_status on job
    for each row execute function keep_job_history();
create trigger keep_explanation_history after update on match
    referencing old table as old_match new table as new_match
    for each statement execute function keep_explanation_history();

-- When a step last failed for good.
create function failed_at(of_cv uuid, of_job uuid, of_step text) returns timestamptz language sql stable as $$
    select case when of_cv is not null
        then (select max(at) from history where cv_id = of_cv and step = of_step and outcome = 'failed')
        else (select max(at) from history where job_id = of_job and step = of_step and outcome = 'failed') end
$$;

-- How each row stands in each stage that it has come to: what operators list, count and have done again.
create view stage_state as
    select 'cv_parsing' as stage, 'parsing' as step, id as row_id, id as cv_id, null::uuid as job_id, created_at, is_latest,
        parsing_status as status, parsing_attempts as attempts, parsing_next_attempt_at as next_attempt_at,
        parsing_claimed_at as claimed_at, parsing_lease_until as lease_until, parsing_failure as failure
    from cv
    union all
    select 'cv_embedding', 'embedding', id, id, null, created_at, is_latest,
        embedding_status, embedding_attempts, embedding_next_attempt_at,
        embedding_claimed_at, embedding_lease_until, embedding_failure
    from cv where parsing_status = 'completed'
    union all
    select 'cv_matching', 'matching', id, id, null, created_at, is_latest,
        matching_status, matching_attempts, matching_next_attempt_at,
        matching_claimed_at, matching_lease_until, matching_failure
    from cv where embedding_status = 'completed'
    union all
    select 'explanation', 'explanation', match.id, match.cv_id, null, prediction.created_at, true,
        explanation_status, explanation_attempts, explanation_next_attempt_at,
        explanation_claimed_at, explanation_lease_until, explanation_failure
    from match join prediction on prediction.id = match.prediction_id where prediction.is_latest
    union all
    select 'job_embedding', 'embedding', id, null, id, created_at, status = 'open',
        embedding_status, embedding_attempts, embedding_next_attempt_at,
        embedding_claimed_at, embedding_lease_until, embedding_failure
    from job;

-- When each schedule was last taken up, whatever host's clock called it; how often a call came too early (its tick had run already)
-- and how often the run before was still going on.
create table schedule (
    name        text primary key,
    last_tick   timestamptz not null,
    doubled     bigint not null default 0,
    overlapped  bigint not null default 0
);

insert into schedule (name, last_tick) select name, max(started_at) from task_run group by name;

-- Queues whose messages are not worked on, and schedules that do not run, until somebody resumes them.
create table pause (
    kind      text not null check (kind in ('queue', 'schedule')),
    name      text not null,
    paused_at timestamptz not null default now(),
    paused_by text not null,
    reason    text,
    primary key (kind, name)
);

-- What was done by hand, and by whom.
create table audit_log (
    id      uuid primary key,
    at      timestamptz not null default now(),
    caller  text not null,
    -- Such as `task.run`, `queue.pause`, `dead_letters.redrive`.
    action  text not null,
    -- What it was done to: the name of a task or queue, an id, a filter.
    target  text not null,
    -- Rows, messages or keys that it concerned.
    count   bigint,
    details jsonb not null default '{}'
);

create index audit_log_by_time on audit_log (at);

create index cv_by_time on cv (created_at);

-- For operators' lists of what failed.
create index cv_parsing_failed on cv (parsing_next_attempt_at) where parsing_status = 'failed';
create index cv_matching_failed on cv (matching_next_attempt_at) where matching_status = 'failed';
create index match_explanation_failed on match (explanation_next_attempt_at) where explanation_status = 'failed';

-- Messages that an operator sent through a queue to see whether, and how fast, they arrive. All times are this database's, so that
-- clocks that differ do not make them wrong.
create table probe (
    id          uuid primary key,
    queue       text not null,
    sent_at     timestamptz not null default clock_timestamp(),
    -- When a function had the message in its hands, and when it had written so here.
    received_at timestamptz,
    answered_at timestamptz,
    -- Where it ran: lambda, knative, polling or in_process.
    host        text,
    function    text
);
