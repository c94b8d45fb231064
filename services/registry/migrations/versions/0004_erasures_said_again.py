"""Erasures are said again once what they erase can be compacted; freed space of the directory is taken at once."""

from alembic import op

from chassis.store.migrate import role

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A row per erased person: the tombstone's position, and since when it is known to be sent."""
    connection = op.get_bind()
    for statement in (
        (
            "create table if not exists public.people_erasures"
            " (person_id uuid primary key, position bigint not null, sent_at timestamptz not null)"
        ),
        "alter table public.people set (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0)",
        *([f'grant select, insert, update on public.people_erasures to "{role()}"'] if role() else []),
    ):
        connection.exec_driver_sql(statement)
