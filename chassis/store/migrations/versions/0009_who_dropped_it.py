"""What a person drops by hand keeps its bytes, and who dropped it why."""

from alembic import op

from chassis.store.database import BOOKKEEPING_8, writable
from chassis.store.migrate import role

revision = "0009"
down_revision = "0007"


def upgrade() -> None:
    """Bring the bookkeeping to its eighth version."""
    for statement in (BOOKKEEPING_8, *writable(role())):
        op.get_bind().exec_driver_sql(statement)
