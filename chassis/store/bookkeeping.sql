-- What the chassis keeps for itself in a service's database. Runs as the owner; the application role may write here.

create schema chassis;

-- How far a consumer has come, written in the transaction of its effect. Own events: topic 'store', partition 0.
create table chassis.positions (
    consumer    text    not null,
    topic       text    not null,
    partition   integer not null,
    last_offset bigint  not null,
    position    bigint  not null,
    primary key (consumer, topic, partition)
) with (fillfactor = 50);

-- Records that could not be applied, and those of the same stream that queue behind them.
create table chassis.parked (
    id          bigint generated always as identity primary key,
    consumer    text        not null,
    topic       text        not null,
    partition   integer     not null,
    at_offset   bigint      not null,
    stream      text        not null,
    event_id    text        not null,
    event_type  text        not null,
    record      bytea,
    error       text        not null,
    attempts    integer     not null default 1,
    parked_at   timestamptz not null default now(),
    unique (consumer, event_id)
);
create index on chassis.parked (consumer, stream, id);

-- One row per relay: who publishes until when, under which epoch, and how far it has come.
create table chassis.relays (
    relay      text        primary key,
    epoch      bigint      not null default 0,
    holder     text        not null default '',
    held_until timestamptz not null default '-infinity',
    position   bigint      not null default 0
) with (fillfactor = 10);

-- Which version of a read model is live.
create table chassis.projections (
    projection text    primary key,
    version    integer not null,
    switched_at timestamptz not null default now()
);
