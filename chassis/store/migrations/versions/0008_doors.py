"""The store stamps its own time, and takes only types that its service declares, from somebody."""

from alembic import op

from chassis.store.database import own_clock
from chassis.store.migrate import declaring, role

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Replace the function; what processes of the version before append it takes too, if it says who acts."""
    for statement in (*own_clock(role()), *declaring()):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
