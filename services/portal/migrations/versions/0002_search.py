"""What PostgreSQL needs to find text by three letters at a time; its contrib package has it."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the extension; an owner of the database may, as PostgreSQL trusts it."""
    op.get_bind().exec_driver_sql("create extension if not exists pg_trgm with schema public")
