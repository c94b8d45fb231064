-- The sixth version of the bookkeeping; runs on a new database and on one that has the fifth.

-- Long work. The id is the key under which it was asked for; the same key with another `fingerprint` is refused. Nobody
-- takes a job up before `free_at`: while it runs, that is when its `holder`'s lease ends.
create table if not exists chassis.jobs (
    id          uuid        primary key,
    kind        text        not null,
    person      uuid        not null,
    fingerprint bytea       not null,
    request     bytea       not null,
    asked_at    timestamptz not null default now(),
    state       text        not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
    done        integer     not null default 0,
    total       integer     not null default 0,
    begun       integer     not null default 0,
    holder      uuid,
    free_at     timestamptz not null default now(),
    ended_at    timestamptz,
    result      bytea,
    media_type  text        not null default '',
    name        text        not null default '',
    problem     jsonb
);

create index if not exists jobs_open on chassis.jobs (free_at) where ended_at is null;
