"""What a person dropped for good is remembered; two broken records under one id are both kept."""

from alembic import op

from chassis.database import BOOKKEEPING_2
from chassis.migrate import role

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Bring the bookkeeping to its second version."""
    connection = op.get_bind()
    connection.exec_driver_sql(BOOKKEEPING_2)
    if name := role():
        connection.exec_driver_sql(f'grant select, insert, update, delete on chassis.discarded to "{name}"')
