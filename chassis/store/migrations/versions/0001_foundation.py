"""The event store and the bookkeeping. Databases from before the chassis kept its own migrations have them already."""

from alembic import op

from chassis.store.database import beginning
from chassis.store.migrate import role

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    connection = op.get_bind()
    if connection.exec_driver_sql("select to_regnamespace('store') is null").scalar_one():
        for statement in beginning(role()):
            connection.exec_driver_sql(statement.replace("%", "%%"))
