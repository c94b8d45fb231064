-- The event store: one table, one function. Runs as the database's owner; the application role may read, and append
-- through the function, nothing else.

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

-- What the chain hashes: every stored column, exactly as stored, parted by a character that none of them can hold.
create function store.leaf(at bigint, stream text, version integer, id uuid, type text, recorded_at timestamptz,
                           metadata json, data json) returns bytea language sql stable as $$
    select convert_to(concat_ws(E'\x1f', at, stream, version, id, type,
        (extract(epoch from recorded_at) * 1000000)::bigint, metadata::text, data::text), 'UTF8')
$$;

create function store.chain(hash bytea, leaf bytea, seed bytea) returns bytea language plpgsql immutable as $$
begin
    return sha256(coalesce(hash, seed) || leaf);
end $$;

create aggregate store.chained(leaf bytea, seed bytea) (sfunc = store.chain, stype = bytea);

-- Appends a whole batch in one round trip. The a_* arrays have one element per append, the e_* arrays one per event;
-- e_append says to which append (from 1) an event belongs. Per append it answers 'appended', 'conflict' (the stream is
-- not at the expected version) or 'repeated' (the command was accepted before: the first answer comes back), so that
-- one append's conflict does not fail its neighbours. The caller puts a stream, and a command, into a batch once.
create function store.append(
    a_stream text[], a_expected integer[], a_command uuid[], a_fingerprint bytea[], a_metadata json[],
    a_recorded_at timestamptz[], a_events integer[], e_append integer[], e_id uuid[], e_type text[], e_data json[]
) returns table (outcome text, at_position bigint, at_version integer, first_fingerprint bytea)
language plpgsql security definer
set search_path = pg_catalog set jit = off set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
    top      bigint;
    link     bytea;
    outcomes text[];
    grown    bigint;
begin
    select h.position, h.hash into strict top, link from store.head h for update;

    outcomes := array(
        select case
            when (select true from store.commands c where c.id = a.command) then 'repeated'
            when a.expected <> coalesce((select e.version from store.events e where e.stream = a.stream
                                       order by e.version desc limit 1), 0)
                then 'conflict'
            else 'appended' end
        from unnest(a_stream, a_expected, a_command) with ordinality a (stream, expected, command, n)
        order by a.n);

    with numbered as (
        select top + row_number() over (order by e.n) as position, a_stream[e.append] as stream,
               a_expected[e.append] + (row_number() over (partition by e.append order by e.n))::integer as version,
               e.id, e.type, e.data, a_metadata[e.append] as metadata, a_recorded_at[e.append] as recorded_at
        from unnest(e_append, e_id, e_type, e_data) with ordinality e (append, id, type, data, n)
        where outcomes[e.append] = 'appended'
    ), inserted as (
        insert into store.events (position, stream, version, id, type, data, metadata, recorded_at, hash)
        select n.position, n.stream, n.version, n.id, n.type, n.data, n.metadata, n.recorded_at,
               store.chained(store.leaf(n.position, n.stream, n.version, n.id, n.type, n.recorded_at, n.metadata, n.data),
                             link) over (order by n.position rows unbounded preceding)
        from numbered n
        returning position, hash
    )
    select i.position, i.hash into grown, link from inserted i order by i.position desc limit 1;

    if grown is not null then
        update store.head set position = grown, hash = link;
        perform pg_notify('events', grown::text);
    end if;

    insert into store.commands (id, fingerprint, stream, position, version, recorded_at)
    select a.command, a.fingerprint, a.stream, top + a.reached, a.expected + a.events, a.recorded_at
    from (select c.*, sum(c.events) over (order by c.n) as reached
          from unnest(a_stream, a_expected, a_command, a_fingerprint, a_recorded_at, a_events)
               with ordinality c (stream, expected, command, fingerprint, recorded_at, events, n)
          where outcomes[c.n] = 'appended') a;

    return query
    select outcomes[a.n], c.position, c.version, c.fingerprint
    from unnest(a_command) with ordinality a (command, n)
    left join lateral (select * from store.commands f where f.id = a.command limit 1) c on true
    order by a.n;
end $$;
