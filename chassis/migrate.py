"""Alembic for every service: `prepare` brings a database to the newest revision; each env.py only calls `run`."""

import asyncio
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import create_engine, text

from chassis.database import create_database


def prepare(service: str, url: str, role: str | None) -> None:
    """Create the service's database and role if they are not there, and run the migrations that are still missing.

    Processes that prepare the same database at once take turns. Raises what the driver raises when it is away.
    """
    asyncio.run(create_database(url, role))
    config = Config(attributes={"url": url.replace("postgresql://", "postgresql+psycopg://", 1), "role": role})
    config.set_main_option("script_location", str(Path("services") / service / "migrations"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")


def run() -> None:
    """Run migrations in one transaction; called by Alembic through a service's env.py."""
    engine = create_engine(context.config.attributes["url"])
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('thidua-migrations'))"))
        context.configure(connection=connection, target_metadata=None)
        context.run_migrations()
    engine.dispose()


def role() -> str | None:
    """Application role that the running migration grants rights to."""
    name: str | None = context.config.attributes["role"]
    return name
