"""A store's log has a name, and each service knows whose log a topic holds."""

from alembic import op

from chassis.store.database import BOOKKEEPING_4, writable
from chassis.store.migrate import role

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Bring the bookkeeping to its fourth version."""
    for statement in (BOOKKEEPING_4, *writable(role())):
        op.get_bind().exec_driver_sql(statement)
