-- The fourth version of the bookkeeping; runs on a new database and on one that has the third.

-- What the store's log is called, the latest last: records say so from the position after `after_position` on. In a
-- store from before there were names it begins where the store stands when a relay first gives one.
create table if not exists chassis.log (
    log_id         uuid        primary key,
    after_position bigint      not null,
    began_at       timestamptz not null default now()
);
insert into chassis.log (log_id, after_position)
    select gen_random_uuid(), 0 from store.head where position = 0 and not exists (select from chassis.log);

-- Whose log each topic holds, as far as this service has heard: records of any other one are nobody's.
create table if not exists chassis.logs (
    topic          text        primary key,
    log_id         text        not null,
    after_position bigint      not null,
    heard_at       timestamptz not null
);
