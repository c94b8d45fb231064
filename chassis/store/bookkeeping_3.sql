-- The third version of the bookkeeping; runs on a new database and on one that has the second. Each version of a read
-- model is known by itself, and its consumer bears it.

-- Where the services kept the chassis's migrations before.
drop table if exists public.alembic_version;

alter table chassis.projections drop constraint if exists projections_pkey;
alter table chassis.projections add primary key (projection, version);

update chassis.positions c set consumer = c.consumer || '_v' || p.version
    from chassis.projections p where p.projection = c.consumer;
update chassis.parked c set consumer = c.consumer || '_v' || p.version
    from chassis.projections p where p.projection = c.consumer;
update chassis.discarded c set consumer = c.consumer || '_v' || p.version
    from chassis.projections p where p.projection = c.consumer;

-- A version that is being built beside the one that serves, and how many events it has folded so far.
create table if not exists chassis.builds (
    place      text        primary key,
    events     bigint      not null default 0,
    began_at   timestamptz not null default now(),
    changed_at timestamptz not null default now()
);

-- Records of types that this version's reactions do not know: a newer version answers them.
create table if not exists chassis.unread (
    consumer   text        not null,
    topic      text        not null,
    partition  integer     not null,
    at_offset  bigint      not null,
    event_type text        not null,
    record     bytea       not null,
    noted_at   timestamptz not null default now(),
    primary key (consumer, topic, partition, at_offset)
);

-- Which facts are public: an older relay publishes those of a newer version too, and knows their types from here.
create table if not exists chassis.types (
    type     text primary key,
    audience text not null
);
