-- The event store: one table, one function. Runs as the database's owner; the application role may read, and append
-- through the function, nothing else. The function runs with its owner's rights, so pg_temp is named last in its
-- search_path: unnamed it would be searched first, and a caller's own types would run the caller's code.
-- What it looks up beside these tables, the types and the clock, is in store_2.sql.

create schema store;

create table store.events (
    position    bigint      primary key,
    stream      text        not null,
    version     integer     not null,
    id          uuid        not null,
    type        text        not null,
    data        json        not null,
    metadata    json        not null,
    recorded_at timestamptz not null,
    hash        bytea       not null,
    unique (stream, version)
);

-- One row. Whoever holds it numbers and chains; it is held until commit, so position order is commit order.
create table store.head (
    singleton boolean primary key default true check (singleton),
    position  bigint  not null,
    hash      bytea   not null
) with (fillfactor = 10);

insert into store.head (position, hash) values (0, sha256('thidua'));

-- The first answer to every command that was accepted.
create table store.commands (
    id          uuid        primary key,
    fingerprint bytea       not null,
    stream      text        not null,
    position    bigint      not null,
    version     integer     not null,
    recorded_at timestamptz not null
);

-- Appends a whole batch in one round trip. The a_* arrays have one element per append, the e_* arrays one per event, in
-- the order of the appends; a_events says how many of them belong to each. Per append it answers 'appended', 'conflict'
-- (the stream is not at the expected version) or 'repeated' (the command was accepted before: the first answer comes
-- back), so that one append's conflict does not fail its neighbours. The caller puts a stream, and a command, into a
-- batch once. Loops and arrays, since each further statement would cost as much as the inserts themselves.
--
-- It takes nothing without an actor, and no type that the store's service has not declared (insufficient_privilege: who
-- waits for its `prepare`, waits for good reason). The time is the store's own; that of a caller, `recorded`, is not
-- looked at: processes of an older version still send it.
create function store.append(
    a_stream text[], a_expected integer[], a_command uuid[], a_fingerprint bytea[], a_metadata json[],
    a_events integer[], e_id uuid[], e_type text[], e_data json[], recorded timestamptz
) returns table (outcome text, at_position bigint, at_version integer, first_fingerprint bytea)
language plpgsql security definer
set search_path = pg_catalog, pg_temp set jit = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
    top       bigint;
    link      bytea;
    stamp     timestamptz;
    ahead     interval;
    kind      text;
    known     text[] := array[]::text[];
    told      json;
    reached   bigint;
    n         integer := 0;
    outcomes  text[];
    ends      bigint[];
    positions bigint[] := array_fill(null::bigint, array[cardinality(e_id)]);
    owners    integer[] := array_fill(null::integer, array[cardinality(e_id)]);
    versions  integer[] := array_fill(null::integer, array[cardinality(e_id)]);
    hashes    bytea[] := array_fill(null::bytea, array[cardinality(e_id)]);
begin
    foreach kind in array e_type loop  -- most batches are of one type: one look
        continue when kind = any (known);
        perform from store.types k where k.type = kind;
        if not found then
            raise insufficient_privilege using message = format('this store takes no events of type %s', kind),
                hint = 'Its service does not declare that type, or its database was not prepared for this version.';
        end if;
        known := known || kind;
    end loop;
    if cardinality(a_metadata) <> cardinality(a_stream) then
        raise insufficient_privilege using message = 'this store takes nothing without an actor';
    end if;
    foreach told in array a_metadata loop
        if nullif(told ->> 'actor', '')::uuid is null then  -- a pattern would take five times as long
            raise insufficient_privilege using message = 'this store takes nothing without an actor',
                hint = 'The metadata of an append hold the id of the person, or of the policy, that acts.';
        end if;
    end loop;

    select h.position, h.hash, c.ahead into strict top, link, ahead from store.head h, store.clock c for update of h;
    stamp := clock_timestamp() + ahead;

    outcomes := array(
        select case
            when (select true from store.commands c where c.id = a_command[a]) then 'repeated'
            when a_expected[a] <> coalesce((select e.version from store.events e where e.stream = a_stream[a]
                                            order by e.version desc limit 1), 0)
                then 'conflict'
            else 'appended' end
        from generate_series(1, cardinality(a_stream)) a);

    reached := top;
    for a in 1 .. cardinality(a_stream) loop
        for version in a_expected[a] + 1 .. a_expected[a] + a_events[a] loop
            n := n + 1;
            if outcomes[a] = 'appended' then
                reached := reached + 1;
                link := sha256(link || convert_to(concat_ws(E'\x1f', reached, a_stream[a], version, e_id[n], e_type[n],
                    (extract(epoch from stamp) * 1000000)::bigint, a_metadata[a]::text, e_data[n]::text), 'UTF8'));
                positions[n] := reached;
                owners[n] := a;
                versions[n] := version;
                hashes[n] := link;
            end if;
        end loop;
        ends[a] := reached;
    end loop;

    if reached > top then
        insert into store.events (position, stream, version, id, type, data, metadata, recorded_at, hash)
        select positions[e], a_stream[owners[e]], versions[e], e_id[e], e_type[e], e_data[e], a_metadata[owners[e]],
               stamp, hashes[e]
        from generate_series(1, n) e where positions[e] is not null;
        update store.head set position = reached, hash = link;
        perform pg_notify('events', reached::text);
    end if;

    insert into store.commands (id, fingerprint, stream, position, version, recorded_at)
    select a_command[a], a_fingerprint[a], a_stream[a], ends[a], a_expected[a] + a_events[a], stamp
    from generate_series(1, cardinality(a_stream)) a where outcomes[a] = 'appended';

    for a in 1 .. cardinality(a_stream) loop
        outcome := outcomes[a];
        at_position := ends[a];
        at_version := a_expected[a] + a_events[a];
        first_fingerprint := a_fingerprint[a];
        if outcome = 'repeated' then
            select c.position, c.version, c.fingerprint into at_position, at_version, first_fingerprint
            from store.commands c where c.id = a_command[a];
        end if;
        return next;
    end loop;
end $$;
