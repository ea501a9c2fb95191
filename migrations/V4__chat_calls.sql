-- What the chat API that writes explanations is asked, and what that costs. Nothing of the texts is kept.

-- Money of a day (UTC), in millionths of the currency that the prices are in: what is spent, and what is reserved for requests that
-- are on their way. One row, so that many functions at once cannot pass the budget.
create table chat_day (
    day    date primary key,
    micros bigint not null
);

-- One request to the API.
create table chat_call (
    id                     uuid primary key,
    day                    date not null references chat_day,
    started_at             timestamptz not null default now(),
    model                  text not null,
    matches                integer not null,
    estimated_input_tokens integer not null,
    estimated_micros       bigint not null,
    -- Null until it has ended, and tokens where the server does not tell them.
    input_tokens           integer,
    output_tokens          integer,
    cost_micros            bigint,
    duration_ms            integer,
    outcome                text not null default 'started' check (outcome in ('started', 'answered', 'failed')),
    error                  text,
    -- Of an answer: how many texts stood the check, and why the others did not.
    accepted               integer,
    faults                 text[] not null default '{}'
);

create index chat_call_by_time on chat_call (started_at);
