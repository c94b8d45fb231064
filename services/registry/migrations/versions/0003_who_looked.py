"""Who looked at a person's details may be read: the person is told."""

from alembic import op

from chassis.store.migrate import role

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Let the application role read what it records."""
    if name := role():
        op.get_bind().exec_driver_sql(f'grant select on public.people_reads to "{name}"')
