"""Which providers cannot be spoken to, and how often a notification met one that could not."""

from alembic import op

from chassis.store.migrate import role
from services.notify.delivery.due import SCHEMA_2

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table, count waits for a provider, and let the application role use both."""
    connection = op.get_bind()
    connection.exec_driver_sql(SCHEMA_2)
    if name := role():
        connection.exec_driver_sql(f'grant select, insert, update, delete on dispatch.unreachable to "{name}"')
