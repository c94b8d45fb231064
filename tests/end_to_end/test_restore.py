"""The steps of docs/operations.md, "Back up and restore", word for word: what came after the backup comes back."""

import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from chassis.facts.decider import Context
from chassis.facts.settings import Settings
from chassis.organisation.organisation import ORGANISATION
from chassis.service.platform import Platform, running
from chassis.stream.cloudevents import EventSource
from chassis.stream.copies import topics_of
from chassis.stream.outgoing import Outgoing
from chassis.stream.topics import events_topic
from chassis.views.rebuild import Rebuild
from contracts import SERVICES
from contracts.people import PEOPLE
from contracts.registry import Role
from deploy.local.embedded import Embedded
from deploy.local.postgres import binary
from services.registry import people
from services.registry.app import SERVICE
from services.registry.bootstrap import appoint_first_administrators
from services.registry.domain.person import PERSON, EnrolPerson, GrantRole, Known
from services.registry.imports import import_units
from tests.chassis.streams import Message, Stream, emptied, produce, stream, until
from tests.chassis.test_tampering import chained_anew
from tests.registry.examples import ADMIN, OWNER, ROOT, SECOND, SMALL_FILE

__all__ = ["stream"]

pytestmark = pytest.mark.server

TOPIC = events_topic("registry")
TEXT = Path("docs/operations.md").read_text(encoding="utf-8")
BACK_UP, ASIDE, RESTORE, LOOK, TAKE_BACK, CHECK = re.findall(
    r"^ *```sh\n(.*?)^ *```$",
    TEXT.partition("## Back up and restore")[2].partition("\n## ")[0],
    re.DOTALL | re.MULTILINE,
)


@dataclass
class House:
    """Stores of all services, and registry's processes; a folder for the backups."""

    server: str
    prefix: str
    bootstrap: str
    folder: Path

    def url(self, service: str) -> str:
        return f"{self.server}/{self.prefix}_{service}"

    def environment(self, service: str = "registry") -> dict[str, str]:
        programs = (Path(binary("pg_dump")).parent, Path(sys.executable).parent)
        return {
            "PATH": ":".join([*map(str, programs), os.environ["PATH"]]),
            "PYTHONPATH": str(Path.cwd()),
            "COLUMNS": "200",
            "THIDUA_ENV": "test",
            "SERVER": self.server,
            "SERVICE": service,
            "DATABASE_URL": self.url(service),
            "DATABASE_ROLE": f"{self.prefix}_{service}",
            "KAFKA_BOOTSTRAP": self.bootstrap,
            "THIDUA_LEDGER": str(self.folder / "ledger"),
            "THIDUA_LEDGER_SECONDS": "0.2",
        }

    def follow(self, step: str, *, code: int = 0, options: str = "") -> str:
        """Type a step's commands as they stand in the document; gives what was said."""
        said = ""
        for line in map(str.strip, step.strip().splitlines()):
            tool = line.startswith("thidua")
            env = self.environment() | ({"DATABASE_URL": f"{self.server}/{self.prefix}"} if tool else {})
            command = line.replace("/thidua_", f"/{self.prefix}_").replace(" thidua_", f" {self.prefix}_")
            done = subprocess.run(
                ["bash", "-euc", command + options],
                env=env,
                cwd=self.folder,
                capture_output=True,
                text=True,
                check=False,
            )
            said += done.stderr + done.stdout
            assert done.returncode == code, (command, said)
            assert "Traceback" not in said
        return " ".join(said.split())

    def prepare(self, service: str) -> None:
        subprocess.run(
            [sys.executable, "-m", f"services.{service}", "prepare"],
            env=self.environment(service), check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    @contextlib.contextmanager
    def part(self, service: str, name: str) -> Iterator[None]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"services.{service}", name],
            env=self.environment(service), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    @contextlib.asynccontextmanager
    async def registry(self) -> AsyncIterator[Platform]:
        its = Settings(database_url=self.url("registry"), database_role=f"{self.prefix}_registry")
        async with running("registry", its, read_models=SERVICE.read_models) as platform:
            yield platform

    async def sent(self) -> bool:
        async with self.registry() as platform:
            rows = dict(await platform.pool.fetch("select relay, position from chassis.relays"))
            directory = await platform.pool.fetchval("select coalesce(max(position), 0) from people")
            return bool(rows.get("registry") == await platform.store.head() and rows.get("people", 0) >= directory)

    async def nobody_leads(self) -> bool:
        async with self.registry() as platform:
            return not await platform.pool.fetchval(
                "select exists (select from chassis.relays where held_until > clock_timestamp())"
            )

    async def rows(self) -> list[tuple[object, ...]]:
        async with self.registry() as platform:
            return [tuple(row) for row in await platform.pool.fetch("select * from store.events order by position")]


@pytest.fixture
async def house(servers: Embedded, stream: Stream, tmp_path: Path) -> AsyncIterator[House]:
    server, prefix = servers.database_url.rsplit("/", 1)[0], f"test_{uuid4().hex[:8]}"
    its = House(server, prefix, stream.bootstrap, tmp_path)
    for service in SERVICES:
        await asyncio.to_thread(its.prepare, service)
    yield its
    admin = await asyncpg.connect(f"{server}/postgres")
    for (name,) in await admin.fetch("select datname from pg_database where starts_with(datname, $1)", prefix):
        await admin.execute(f'drop database "{name}" with (force)')
    for service in SERVICES:
        await admin.execute(f'drop role "{prefix}_{service}"')
    await admin.close()


async def begins(platform: Platform) -> None:
    await import_units(platform, SMALL_FILE)
    await appoint_first_administrators(platform, [ADMIN, SECOND], ROOT, OWNER)
    await people.change(platform.store, ADMIN, people.Details(full_name="Nguyễn Thị Thử"), Context(date(2024, 11, 20)))


async def goes_on(platform: Platform) -> None:
    """An auditor is appointed, and the administrator's details are erased."""
    person, today = uuid4(), date(2024, 11, 21)
    grant = GrantRole(person_id=person, role=Role.AUDITOR, unit_id=ROOT, since=today)
    for command in (EnrolPerson(person_id=person), grant):
        await platform.executor.execute(PERSON, person, command, Context(today, actor=ADMIN), known=Known(unit=True))
    await people.change(platform.store, ADMIN, None, Context(today))


async def until_the_backup_is_back(house: House) -> None:
    """Back up, work on, stop the relay, and restore the backup."""
    async with house.registry() as platform:
        await begins(platform)
    with house.part("registry", "relay"):
        await until(house.sent, 60)
        house.follow(BACK_UP)
        async with house.registry() as platform:
            await goes_on(platform)
        await until(house.sent, 60)
        assert "hãy dừng dịch vụ registry" in house.follow(LOOK, code=1)
    house.folder.joinpath("before.json").write_text(json.dumps(await house.rows(), default=repr))
    house.follow(ASIDE)
    house.follow(RESTORE)
    await until(house.nobody_leads, 60)


async def test_what_came_after_the_backup_comes_back_by_the_steps_of_the_document(house: House) -> None:
    with house.part("campaigns", "worker"):
        await until_the_backup_is_back(house)
        backup = await house.rows()
        assert "Chưa đổi gì" in (said := house.follow(LOOK))
        assert "11-12" in said, said
        assert "1 erased again" in said
        assert await house.rows() == backup
        assert "Xong: registry" in house.follow(TAKE_BACK)
        assert json.dumps(await house.rows(), default=repr) == house.folder.joinpath("before.json").read_text()
        async with house.registry() as platform:
            assert await platform.pool.fetch("select details from people") == [(None,)]
        assert "Không có gì phải làm" in house.follow(TAKE_BACK)
        with house.part("registry", "relay"):
            await until(house.sent, 60)
            said = house.follow(CHECK)
            told = json.loads(house.follow("thidua ledger check --json"))
        assert "broken" not in said
        assert "restore announced" not in said, "nothing is gone"
        assert said.endswith(" equal"), said
        for name in SERVICES:
            differences = {each["topic"]: each["differences"] for each in told[name]["topics"]}
            assert (told[name]["broken_at"], differences) == (None, {key: {} for key in topics_told(name)})


def topics_told(service: str) -> list[str]:
    return [*topics_of(service), *([PEOPLE] if service == "registry" else [])]


async def test_with_a_lost_topic_what_is_lost_is_named(house: House, stream: Stream) -> None:
    await until_the_backup_is_back(house)
    for topic in topics_of("registry"):
        await emptied(stream, topic)
    said = house.follow(LOOK, options=" --topic-lost")
    assert "11- (không rõ đến đâu" in said
    assert "erase again by the requests" in said
    house.follow(TAKE_BACK, options=" --topic-lost")
    async with house.registry() as platform:
        logs = await platform.pool.fetch("select after_position, carries_on from chassis.log order by began_at")
        lost = await platform.pool.fetch("select first, last from chassis.lost")
    assert [row["after_position"] for row in logs] == [0, 10]
    assert logs[1]["carries_on"] is not None
    assert [tuple(row) for row in lost] == [(11, None)]
    with house.part("registry", "relay"):
        await until(house.sent, 60)
        said = house.follow(CHECK.splitlines()[0])
    assert "carries on after position 10; positions 11-12" in said, said


async def test_a_history_that_its_owner_rewrote_is_named_by_the_tool_and_nothing_true_is_thrown_away(
    house: House,
) -> None:
    async with house.registry() as platform:
        await begins(platform)
    with house.part("registry", "relay"):
        await until(house.sent, 60)
    owner = await asyncpg.connect(house.url("registry"))
    await owner.execute("update store.events set data = (' ' || data::text)::json where position = 3")
    await chained_anew(owner)
    await owner.close()
    said = house.follow("thidua ledger check", code=1)
    assert "broken at position 3" in said
    assert "the event at position 3 was edited in the store; head number" in said, said
    assert "still holds the event as it was signed for, the store does not" in said, said
    assert "do not delete this topic, it may be the only true copy" in said
    assert "is filled from the store" not in said
    told = json.loads(house.follow("thidua ledger check --json", code=1))["registry"]
    assert (told["broken_at"], told["ledger"]["event"]) == (3, {"kind": "edited", "first": 3, "last": 3})


async def test_a_read_model_that_equals_a_topic_that_lacks_an_event_is_not_called_equal(
    house: House, stream: Stream
) -> None:
    async with house.registry() as platform:
        await begins(platform)
        lacking, *others = await EventSource("registry", platform.pool)(0, 100)
        produce(stream, *(Message(0, each.key, each.value or b"", decoded(each)) for each in others))
        sent = "insert into chassis.relays (relay, position) values ('registry', $1)"
        await platform.pool.execute(sent, others[-1].position)
    checks, projection = CHECK.strip().splitlines()
    with house.part("campaigns", "worker"):
        its = Settings(database_url=house.url("campaigns"), database_role=f"{house.prefix}_campaigns")
        async with running("campaigns", its) as campaigns:
            await until(lambda: read(campaigns), 60)
            build = Rebuild(campaigns.store, ORGANISATION, [TOPIC], stream.bootstrap)
            assert await build.differing() == [], "a rebuild alone would call it equal"
        for line in (projection, checks):
            said = house.follow(line, code=1)
            assert f"missing: {lacking.position} (1)" in said, said
            assert "hãy dừng dịch vụ registry, xóa chủ đề thidua.registry.events" in said
        house.follow(ASIDE)
        assert house.follow(projection).endswith(" equal to the topics")


def decoded(outgoing: Outgoing) -> dict[str, str]:
    return {name: value.decode() for name, value in outgoing.headers}


async def read(platform: Platform) -> bool:
    return bool(await platform.pool.fetchval("select count(*) from chassis.positions where topic = $1", TOPIC))
