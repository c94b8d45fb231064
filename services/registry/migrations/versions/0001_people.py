"""The people directory and the log of who read it: not derived from events, erasable."""

from alembic import op

from chassis.store.migrate import role

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them unless they are there, and let the application role write."""
    connection = op.get_bind()
    for statement in (
        (
            "create table if not exists public.people"
            " (person_id uuid primary key, details json, position bigint not null unique)"
        ),
        (
            "create table if not exists public.people_head"
            " (singleton boolean primary key default true check (singleton), position bigint not null)"
        ),
        "insert into public.people_head (position) values (0) on conflict do nothing",
        (
            "create table if not exists public.people_reads (id bigint generated always as identity primary key,"
            " person_id uuid not null, reader_id uuid not null, read_at timestamptz not null default now())"
        ),
        *(
            (
                f'grant select, insert, update on public.people to "{role()}"',
                f'grant select, update on public.people_head to "{role()}"',
                f'grant insert on public.people_reads to "{role()}"',
            )
            if role()
            else ()
        ),
    ):
        connection.exec_driver_sql(statement)
