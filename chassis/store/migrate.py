"""Alembic: `prepare` brings a database to the newest revision, the chassis's first, then the service's if it has any.

Each of the two has a table of versions of its own, and can be run on a database from before they had: what is there
already stays. Each env.py only calls `run`.
"""

import asyncio
import re
import time
from importlib.resources import files
from typing import Final

import structlog
from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from chassis.store.database import CONNECT_SECONDS, FULL, PATIENCE, create_database

log = structlog.get_logger()

_FULL: Final = re.compile("too many (clients|connections)|remaining connection slots")


def prepare(service: str, url: str, role: str | None) -> None:
    """Create the service's database and role if they are not there, and run the migrations that are still missing.

    Processes that prepare the same database at once take turns. Raises what the driver raises when it is away.
    """
    asyncio.run(create_database(url, role))
    for owner, scripts in (("chassis", "chassis.store:migrations"), ("service", f"services.{service}:migrations")):
        if files(scripts.partition(":")[0]).joinpath("migrations", "env.py").is_file():
            _upgrade(owner, scripts, url, role)


def _upgrade(owner: str, scripts: str, url: str, role: str | None) -> None:
    driver = re.sub("^postgres(ql)?://", "postgresql+psycopg://", url)
    config = Config(attributes={"url": driver, "role": role, "table": f"{owner}_migrations"})
    config.set_main_option("script_location", scripts)
    config.set_main_option("path_separator", "os")
    if newer := _unknown(config):
        log.warning("database_is_newer", migrations=owner, revision=newer)
        return
    command.upgrade(config, "head")


def _unknown(config: Config) -> str | None:
    """The revision of the database, if a newer version took it there: after a rollback it stays as it is."""
    engine = create_engine(config.attributes["url"], poolclass=NullPool)
    _wait_for_room(engine)
    with engine.connect() as connection:
        there = connection.execute(text("select to_regclass(:name)"), {"name": config.attributes["table"]}).scalar()
        found = [] if there is None else connection.execute(text(f"select version_num from {there}")).scalars().all()  # noqa: S608
    engine.dispose()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return next((revision for revision in found if revision not in known), None)


def run() -> None:
    """Run migrations in one transaction; called by Alembic through an env.py."""
    arguments = {"connect_timeout": int(CONNECT_SECONDS)}
    engine = create_engine(context.config.attributes["url"], connect_args=arguments, poolclass=NullPool)
    _wait_for_room(engine)
    with engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(hashtext('thidua-migrations'))"))
        context.configure(connection=connection, target_metadata=None, version_table=context.config.attributes["table"])
        context.run_migrations()
    engine.dispose()


def _wait_for_room(engine: Engine) -> None:
    """Return once the server takes a session, or has told for some time that it takes no more."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            engine.connect().close()
        except OperationalError as error:
            if not _FULL.search(str(error)):
                raise
            log.warning(FULL)
            time.sleep(1)
        else:
            return


def role() -> str | None:
    """Application role that the running migration grants rights to."""
    name: str | None = context.config.attributes["role"]
    return name
