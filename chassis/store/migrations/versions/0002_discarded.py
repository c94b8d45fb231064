"""What a person dropped for good is remembered; two broken records under one id are both kept."""

from alembic import op

from chassis.store.database import BOOKKEEPING_2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring the bookkeeping to its second version."""
    op.get_bind().exec_driver_sql(BOOKKEEPING_2)
