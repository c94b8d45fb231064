"""Alembic's entry: everything is in the chassis."""

from chassis.migrate import run

run()
