-- The fifth version of the bookkeeping; runs on a new database and on one that has the fourth.

-- In which topic of that name the offset counts, in whose log the position, and which record stands there. `awaits` is
-- set while a topic that was made again has not come to that record yet. `looked_at`: when a reader was last there.
alter table chassis.positions
    add column if not exists topic_id  text        not null default '',
    add column if not exists log_id    text        not null default '',
    add column if not exists hash      text        not null default '',
    add column if not exists awaits    boolean     not null default false,
    add column if not exists looked_at timestamptz not null default now();

-- Each log after the first carries one on, up to `after_position`: what that one held beyond was lost with a store.
alter table chassis.log add column if not exists carries_on uuid;

-- All logs that a topic has held, in the order in which they carry each other on; the last one is held now.
alter table chassis.logs add column if not exists number bigint generated always as identity;
alter table chassis.logs drop constraint if exists logs_pkey;
alter table chassis.logs add primary key (topic, log_id);

-- The topics that this service fills: which one of that name, and, while one that was made again is being filled from
-- the store, up to which position it is.
create table if not exists chassis.topics (
    topic      text        primary key,
    topic_id   text        not null,
    partitions integer     not null,
    filled     bigint,
    noted_at   timestamptz not null default now()
);

-- What reactions did in answer to facts that were lost with a store: positions of `log_id` above `after_position` and
-- up to `up_to`. For a person to look at.
create table if not exists chassis.retracted (
    consumer       text        not null,
    topic          text        not null,
    partition      integer     not null,
    log_id         text        not null,
    after_position bigint      not null,
    up_to          bigint      not null,
    noted_at       timestamptz not null default now(),
    primary key (consumer, topic, partition, log_id)
);

-- What a topic no longer held when a reaction came for it, and what a person decided about it, one event at a time.
create table if not exists chassis.missed (
    consumer   text        not null,
    topic      text        not null,
    partition  integer     not null,
    position   bigint      not null,
    event_id   uuid        not null,
    event_type text        not null,
    decision   text        not null check (decision in ('run', 'skip')),
    decided_by text        not null,
    reason     text        not null,
    outcome    text        not null default '',
    decided_at timestamptz not null default now(),
    primary key (consumer, topic, event_id)
);

-- What a restored store could not take back from its topic: positions `first` to `last` of `log_id` (no `last`: nobody
-- knows how far it went), one row for an event that the topic still told of.
create table if not exists chassis.lost (
    log_id      uuid        not null,
    first       bigint      not null,
    last        bigint,
    event_id    text        not null default '',
    event_type  text        not null default '',
    recorded_at timestamptz,
    noted_at    timestamptz not null default now(),
    primary key (log_id, first, event_id)
);
