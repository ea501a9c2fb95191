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
