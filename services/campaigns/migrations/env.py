"""Alembic's entry: everything is in the chassis."""

from chassis.store.migrate import run

run()
