"""Alembic: `prepare` brings a database to the newest revision, the chassis's first, then the service's if it has any.

Each of the two has a table of versions of its own, and can be run on a database from before they had: what is there
already stays. Each env.py only calls `run`.
"""

import asyncio
import re
import time
from datetime import timedelta
from importlib.resources import files
from typing import Final

import structlog
from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from chassis.store.database import CONNECT_SECONDS, FULL, PATIENCE, create_database, declared, types_of

log = structlog.get_logger()

_FULL: Final = re.compile("too many (clients|connections)|remaining connection slots")


def prepare(service: str, url: str, role: str | None) -> None:
    """Create the service's database and role if they are not there, and run the migrations that are still missing.

    The store takes what the service declares from then on. Processes that prepare the same database at once take turns.
    Raises what the driver raises when it is away.
    """
    asyncio.run(create_database(url, role))
    for owner, scripts in (("chassis", "chassis.store:migrations"), ("service", f"services.{service}:migrations")):
        if files(scripts.partition(":")[0]).joinpath("migrations", "env.py").is_file():
            _upgrade(owner, scripts, {"url": _driver(url), "role": role, "service": service})
    with _engine(_driver(url)).begin() as connection:
        connection.exec_driver_sql(declared(types_of(service)))


def put_ahead(url: str, ahead: timedelta) -> None:
    """As the owner, let a store's time be ahead of its server's clock by so much, nothing as a rule."""
    with _engine(_driver(url)).begin() as connection:
        connection.execute(text("update store.clock set ahead = :ahead where ahead <> :ahead"), {"ahead": ahead})


def _driver(url: str) -> str:
    return re.sub("^postgres(ql)?://", "postgresql+psycopg://", url)


def _engine(url: str) -> Engine:
    """The owner's sessions look for what has no schema in public alone: in any other somebody else may make things."""
    arguments = {"connect_timeout": int(CONNECT_SECONDS), "options": "-c search_path=public"}
    return create_engine(url, connect_args=arguments, poolclass=NullPool)


def _upgrade(owner: str, scripts: str, attributes: dict[str, str | None]) -> None:
    config = Config(attributes=attributes | {"table": f"{owner}_migrations"})
    config.set_main_option("script_location", scripts)
    config.set_main_option("path_separator", "os")
    if newer := _unknown(config):
        log.warning("database_is_newer", migrations=owner, revision=newer)
        return
    command.upgrade(config, "head")


def _unknown(config: Config) -> str | None:
    """The revision of the database, if a newer version took it there: after a rollback it stays as it is."""
    engine = _engine(config.attributes["url"])
    _wait_for_room(engine)
    with engine.connect() as connection:
        there = connection.execute(text("select to_regclass(:name)"), {"name": config.attributes["table"]}).scalar()
        found = [] if there is None else connection.execute(text(f"select version_num from {there}")).scalars().all()  # noqa: S608
    engine.dispose()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    return next((revision for revision in found if revision not in known), None)


def run() -> None:
    """Run migrations in one transaction; called by Alembic through an env.py."""
    engine = _engine(context.config.attributes["url"])
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


def declaring() -> list[str]:
    """SQL by which the store takes the events of the service whose migrations run."""
    return [declared(types_of(context.config.attributes["service"]))]
