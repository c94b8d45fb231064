"""The event store, the bookkeeping and the schema of read models."""

from alembic import op

from chassis.database import foundation
from chassis.migrate import role

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    connection = op.get_bind()
    for statement in foundation(role()):
        connection.exec_driver_sql(statement.replace("%", "%%"))
