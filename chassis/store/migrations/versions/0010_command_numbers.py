"""Records of commands have an order."""

from alembic import op

from chassis.store.database import COMMAND_NUMBERS

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Number the records of commands."""
    op.get_bind().exec_driver_sql(COMMAND_NUMBERS)
