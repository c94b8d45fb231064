"""Each version of a read model is known by itself; reactions remember what only a newer version can read."""

from alembic import op

from chassis.store.database import BOOKKEEPING_3, writable
from chassis.store.migrate import role

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Bring the bookkeeping to its third version."""
    for statement in (BOOKKEEPING_3, *writable(role())):
        op.get_bind().exec_driver_sql(statement)
