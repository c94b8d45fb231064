"""What persons register, in words: kept beside the directory, erased with a person's details (decision 60)."""

from alembic import op

from chassis.store.migrate import role

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table of words; facts hold their digests."""
    op.get_bind().exec_driver_sql(
        "create table if not exists public.personal_words (registration_id uuid not null, digest text not null,"
        " attempt uuid not null, person_id uuid not null, words text not null,"
        " primary key (registration_id, digest, attempt))"
    )
    op.get_bind().exec_driver_sql(
        "create index if not exists personal_words_person_idx on public.personal_words (person_id)"
    )
    if name := role():
        op.get_bind().exec_driver_sql(f'grant select, insert, delete on public.personal_words to "{name}"')
