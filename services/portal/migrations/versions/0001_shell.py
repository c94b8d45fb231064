"""Sessions, sign-ins that are under way, and drafts of forms: what follows from no event."""

from alembic import op

from chassis.store.migrate import role
from services.portal.shell.sessions import SCHEMA

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and let the application role use them."""
    connection = op.get_bind()
    connection.exec_driver_sql(SCHEMA)
    if name := role():
        connection.exec_driver_sql(f'grant usage on schema shell to "{name}"')
        connection.exec_driver_sql(f'grant select, insert, update, delete on all tables in schema shell to "{name}"')
