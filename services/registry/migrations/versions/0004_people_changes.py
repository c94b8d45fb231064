"""The people directory numbers a person's versions and keeps who changed them; commands on it are repeatable."""

from alembic import op

from chassis.migrate import role

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what is missing; details from before are at version 1, and nobody knows any more who wrote them."""
    connection = op.get_bind()
    for statement in (
        (
            "alter table public.people add column version integer not null default 1, add column changed_by uuid,"
            " add column salt bytea, add column erased_position bigint not null default 0"
        ),
        "update public.people set erased_position = position where details is null",
        (
            "create table public.people_changes (command_id uuid primary key, person_id uuid not null, actor uuid,"
            " erased boolean not null, position bigint not null, version integer not null,"
            " changed_at timestamptz not null default now())"
        ),
        "create index on public.people_changes (person_id)",
        *([f'grant select, insert on public.people_changes to "{role()}"'] if role() else []),
    ):
        connection.exec_driver_sql(statement)
