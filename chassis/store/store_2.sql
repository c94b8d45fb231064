-- The second version of the store; runs on a new database and on one that has the first.

-- What the store appends: the types of events that its service declares, of all versions that ever were. `prepare` adds
-- them, and nobody else.
create table if not exists store.types (
    type text primary key
);

-- One row: by how much simulated time is ahead of the server's clock. Nothing, in production; only the owner moves it.
create table if not exists store.clock (
    singleton boolean  primary key default true check (singleton),
    ahead     interval not null default '0'
);
insert into store.clock default values on conflict do nothing;
