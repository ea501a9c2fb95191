-- How well CVs are read, kept from day to day so that a fall after a release is seen.

-- The release of the program that read the CV; null for those read before it was kept.
alter table cv add column parsed_by text;
create index cv_parsed on cv (parsed_at) where parsed_at is not null;

-- One evaluation for each release and day (UTC): a later one of the same day takes the place of the earlier.
create table parsing_quality (
    release      text not null,
    day          date not null default (now() at time zone 'utc')::date,
    evaluated_at timestamptz not null default now(),
    cvs          integer not null,
    failed       integer not null,
    sums         jsonb not null,
    primary key (release, day)
);

create index parsing_quality_by_time on parsing_quality (evaluated_at);
