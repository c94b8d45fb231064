"""The people directory numbers a person's versions and keeps who changed them; commands on it are repeatable."""

from alembic import op

from chassis.store.migrate import role

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what is missing; details from before are at version 1, and nobody knows any more who wrote them."""
    connection = op.get_bind()
    for statement in (
        (
            "alter table public.people add column if not exists version integer not null default 1,"
            " add column if not exists changed_by uuid,"
            " add column if not exists salt bytea,"
            " add column if not exists erased_position bigint not null default 0"
        ),
        "update public.people set erased_position = position where details is null and erased_position = 0",
        (
            "create table if not exists public.people_changes"
            " (command_id uuid primary key, person_id uuid not null, actor uuid,"
            " erased boolean not null, position bigint not null, version integer not null,"
            " changed_at timestamptz not null default now())"
        ),
        "create index if not exists people_changes_person_id_idx on public.people_changes (person_id)",
        *([f'grant select, insert on public.people_changes to "{role()}"'] if role() else []),
    ):
        connection.exec_driver_sql(statement)
