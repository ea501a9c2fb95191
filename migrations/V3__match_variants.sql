-- Variants of matching, so that two can be compared in service (A/B). What a row leaves out is the program's own setting.
--
-- `share` is a weight: a candidate gets a variant with the chance share / sum of the shares of all that are on. So a change of
-- one variant's share moves candidates to or from that variant only. The row `default` is always there and always on; a
-- share of 0 takes it out of the draw.
create table match_variant (
    name             text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,49}$'),
    -- The parts' weights by name; null: those of the release.
    weights          jsonb,
    -- Jobs retrieved by vector before they are scored; null: RETRIEVED_PER_CV.
    retrieved_per_cv integer,
    -- Who writes the explanations; null: the chat API where one is set up.
    explanation      text,
    share            double precision not null default 0 check (share between 0 and 1000000),
    is_on            boolean not null default true check (is_on or name <> 'default'),
    created_at       timestamptz not null default now(),
    changed_at       timestamptz not null default now()
);

insert into match_variant (name, share) values ('default', 100);
