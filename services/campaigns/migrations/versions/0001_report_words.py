"""What units write in the sections of their reports: kept beside the facts, which hold digests (decision 65)."""

from alembic import op

from chassis.store.migrate import role

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table of texts."""
    op.get_bind().exec_driver_sql(
        "create table if not exists public.report_words (report_id uuid not null, digest text not null,"
        " attempt uuid not null, words text not null, primary key (report_id, digest, attempt))"
    )
    if name := role():
        op.get_bind().exec_driver_sql(f'grant select, insert, delete on public.report_words to "{name}"')
