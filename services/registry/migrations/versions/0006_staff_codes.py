"""Whom an import knows already: people are found by their staff code, which goes with the details when they do."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the index by which staff codes are found."""
    op.get_bind().exec_driver_sql(
        "create index if not exists people_staff_code_idx on public.people ((details ->> 'staff_code'))"
        " where details ->> 'staff_code' is not null"
    )
