"""Which topic an offset counts in, whose log a position; what is known of topics made again and of stores restored."""

from alembic import op

from chassis.store.database import BOOKKEEPING_5, writable
from chassis.store.migrate import role

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Bring the bookkeeping to its fifth version."""
    for statement in (BOOKKEEPING_5, *writable(role())):
        op.get_bind().exec_driver_sql(statement)
