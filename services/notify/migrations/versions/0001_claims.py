"""Which worker has which notification in hand, until when: the one table that follows from no event."""

from alembic import op

from chassis.store.migrate import role
from services.notify.delivery.due import SCHEMA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the table and let the application role use it."""
    connection = op.get_bind()
    connection.exec_driver_sql(SCHEMA)
    if name := role():
        connection.exec_driver_sql(f'grant usage on schema dispatch to "{name}"')
        connection.exec_driver_sql(f'grant select, insert, update, delete on dispatch.claims to "{name}"')
