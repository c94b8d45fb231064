"""Who may append to the store becomes nobody else by it: its owner is no superuser, and types are looked up safely."""

from alembic import op

from chassis.store.database import closed_doors
from chassis.store.migrate import role

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take away what was too much."""
    for statement in closed_doors(role()):
        op.get_bind().exec_driver_sql(statement.replace("%", "%%"))
