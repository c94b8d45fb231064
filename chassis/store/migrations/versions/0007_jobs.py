"""Long work is a job."""

from alembic import op

from chassis.store.database import BOOKKEEPING_6, writable
from chassis.store.migrate import role

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Bring the bookkeeping to its sixth version."""
    for statement in (BOOKKEEPING_6, *writable(role())):
        op.get_bind().exec_driver_sql(statement)
