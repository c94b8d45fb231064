"""What a person drops by hand keeps its bytes, and who dropped it why."""

from alembic import op

from chassis.store.database import BOOKKEEPING_7, writable
from chassis.store.migrate import role

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Bring the bookkeeping to its seventh version."""
    for statement in (BOOKKEEPING_7, *writable(role())):
        op.get_bind().exec_driver_sql(statement)
