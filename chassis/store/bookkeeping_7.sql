-- The seventh version of the bookkeeping; runs on a new database and on one that has the sixth.

-- What a person did by hand to what is stored here: dropped, brought back, built or applied once more. Who and why are
-- the person's own words.
create table if not exists chassis.interventions (
    id         bigint generated always as identity primary key,
    what       text        not null,
    about      text        not null,
    decided_by text        not null check (decided_by ~ '[^[:space:]]'),
    reason     text        not null check (reason ~ '[^[:space:]]'),
    outcome    text        not null default '',
    done_at    timestamptz not null default now()
);

-- What was dropped keeps its bytes, its place in the queue (the `id` under which it was parked), and who dropped it why.
-- Records from before have no bytes (they are read again where they came from) and no name.
alter table chassis.discarded
    add column if not exists id         bigint,
    add column if not exists record     bytea,
    add column if not exists attempts   integer     not null default 1,
    add column if not exists parked_at  timestamptz not null default now(),
    add column if not exists decided_by text        not null default '',
    add column if not exists reason     text        not null default '';
update chassis.discarded set id = nextval(pg_get_serial_sequence('chassis.parked', 'id')) where id is null;
