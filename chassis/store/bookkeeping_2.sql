-- The second version of the bookkeeping; runs on a new database and on one that has the first.

-- Records that a person dropped for good: a read model that is built anew leaves them out as the live one did.
create table if not exists chassis.discarded (
    consumer     text        not null,
    topic        text        not null,
    partition    integer     not null,
    at_offset    bigint      not null,
    stream       text        not null,
    event_id     text        not null,
    event_type   text        not null,
    error        text        not null,
    discarded_at timestamptz not null default now(),
    primary key (consumer, topic, partition, at_offset)
);

alter table chassis.parked drop constraint if exists parked_consumer_event_id_key;
alter table chassis.parked drop constraint if exists parked_consumer_stream_event_id_key;
alter table chassis.parked add unique (consumer, stream, event_id);
