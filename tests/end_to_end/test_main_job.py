"""The whole platform as a person starts it: the main job, what other clients see of it, and the same under fire."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import confluent_kafka
import httpx
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from chassis.stream.rights import Right, allow, take_back
from chassis.stream.security import Login, for_librdkafka
from chassis.stream.topics import ADMIN, AUDITOR, HEADS
from cli.doors import looked
from cli.officers import Officer
from cli.organisation import UNITS
from contracts import SERVICES
from deploy.local.run_info import RunInfo
from services import ALL

pytestmark = pytest.mark.server

DATA = Path(".thidua-end-to-end")


@pytest.fixture(scope="module")
def platform() -> Iterator[tuple[RunInfo, dict[str, Any]]]:
    """A running platform on which the main job was done for a few provinces, and what it said of itself."""
    (DATA / "demo.json").unlink(missing_ok=True)
    command = [sys.executable, "-m", "cli.main", "demo", "--keep", "--provinces", "6", "--data", str(DATA)]
    environment = {name: value for name, value in os.environ.items() if name != "THIDUA_ENV"}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        deadline = time.monotonic() + 400
        while not (DATA / "demo.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.terminate()
                pytest.fail(str(process.communicate()[0])[-3000:])
            time.sleep(0.2)
        info = RunInfo.read(DATA)
        assert info is not None
        yield info, json.loads((DATA / "demo.json").read_text(encoding="utf-8"))
        process.terminate()
        process.communicate(timeout=60)


def records(kafka: Login) -> list[tuple[str, int, bytes | None, bytes | None, dict[str, bytes]]]:
    """Every record of every topic of the platform, by a client that is not ours."""
    consumer = confluent_kafka.Consumer(
        for_librdkafka(kafka) | {"group.id": "thidua.auditor.end-to-end", "enable.partition.eof": True}
    )
    topics = {n: t for n, t in consumer.list_topics(timeout=10).topics.items() if n.startswith("thidua.")}
    places = [
        confluent_kafka.TopicPartition(name, partition, confluent_kafka.OFFSET_BEGINNING)
        for name, topic in topics.items()
        for partition in topic.partitions
    ]
    consumer.assign(places)
    found, ended = [], 0
    while ended < len(places):
        message: Any = consumer.poll(10)
        assert message is not None
        if message.error():
            ended += 1
        else:
            headers = dict(message.headers() or [])
            found.append((message.topic(), message.partition(), message.key(), message.value(), headers))
    consumer.close()
    return found


def test_no_process_knows_more_than_its_own_login(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    info, _ = platform
    owner = urlsplit(info.database_server()).password or "?"
    own = {
        f"{service}-{part}": urlsplit(file.read_text()).password or "?"
        for service, parts in info.logins.items()
        for part, file in parts.items()
    }
    assert len({owner, *own.values()}) == len(own) + 1 == 15
    processes = {mark.name: mark.read_text().split()[0] for mark in (info.data / "pids").iterdir()}
    assert own.keys() < processes.keys()
    for name, pid in processes.items():
        told = Path(f"/proc/{pid}/environ").read_text() + Path(f"/proc/{pid}/cmdline").read_text()
        known = {each for each, secret in (own | {"owner": owner}).items() if secret in told}
        assert known == ({name} & own.keys()), name
    said = "".join(log.read_text(errors="replace") for log in (info.data / "logs").iterdir())
    assert not [each for each in (owner, *own.values()) if each in said]


def test_every_session_is_one_of_those_logins_and_time_is_the_owners(
    platform: tuple[RunInfo, dict[str, Any]],
) -> None:
    info, _ = platform
    with psycopg.connect(info.database_server()) as admin:
        rows = admin.execute(
            "select distinct usename from pg_stat_activity where application_name like 'thidua%'"
        ).fetchall()
    assert {name for (name,) in rows} == {
        f"{urlsplit(info.databases[service]).path.strip('/')}_{part}"
        for service in ALL
        for part in info.logins[service]
    }
    for service in SERVICES:
        with psycopg.connect(info.database(service)) as owner:
            [found] = owner.execute("select min(recorded_at), max(recorded_at) from store.events").fetchall()
        assert datetime(2020, 8, 17, tzinfo=UTC) <= found[0] <= found[1] < datetime(2026, 1, 2, tzinfo=UTC), service


def test_who_can_do_what_is_what_is_declared_and_documented(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    info, _ = platform
    tool = [sys.executable, "-m", "cli.main"]
    subprocess.run([*tool, "partner", "add", "doi-tac", "--data", str(DATA)], check=True, capture_output=True)
    found = asyncio.run(looked(RunInfo.read(DATA) or info))
    assert found.wrong == []
    assert found.markdown() in Path("docs/doors.md").read_text(encoding="utf-8")
    more = [
        Right("awards", "topic", "thidua.registry.events", "WRITE"),
        Right("portal", "group", "thidua.", "READ", True),
    ]
    admin = info.kafka_as(ADMIN)
    role = urlsplit(info.databases["registry"]).path.strip("/")
    with psycopg.connect(info.database("registry"), autocommit=True) as owner:
        owner.execute(f'grant update on store.events to "{role}_api"')
        asyncio.run(allow(admin, more))
        try:
            time.sleep(2)  # until the broker knows it too
            wrong = asyncio.run(looked(info)).wrong
        finally:
            owner.execute(f'revoke update on store.events from "{role}_api"')
            asyncio.run(take_back(admin, more))
    assert "registry api, database registry: 'rw!', declared 'rw'" in wrong
    assert "awards, topic thidua.registry.events: 'rw', declared 'r'" in wrong
    assert "portal, group thidua.notify.*: 'rw', declared ''" in wrong


def test_the_ledger_holds(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    found = platform[1]
    assert found["ledger"]["ok"], found["ledger"]
    assert found["provinces"] == 6
    assert found["refused"]
    assert found["messages"]["zalo"] > 0
    assert found["messages"]["email"] > 0
    assert found["topics"]["thidua.registry.events"] > 800


def test_the_platform_says_what_the_paper_says(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    found = platform[1]["found"]
    assert [each for each in found if not each["ok"]] == []
    ids = {name for each in found for name in each["ids"].split(", ")}
    goals = {f"S001-{number}" for number in range(2, 11)}
    assert ids >= goals | {"E8", "E11", "E12", "E17", "E18", "E29", "M-1", "M-2", "M-3", "A1", "A2", "A16", "A20"}
    review = {f"S003-{number}" for number in (1, 6, 10, 11, 12, 13, 14, 16)}
    assert ids >= review | {"A10", "B5", "B12", "B19", "E9", "E20", "E21"}
    assert ids >= {"B8", "B11", "B13", "B14", "B15", "B16", "B18", "B20", "C9", "C13", "S001-13", "S001-16", "S001-22"}


def test_another_client_sees_cloudevents_in_order_and_nobodys_details(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    found = records(platform[0].kafka_as(AUDITOR))
    last: dict[tuple[str, bytes, int], int] = {}
    codes = re.findall(r"^(P\d\d),", UNITS.read_text(encoding="utf-8"), flags=re.MULTILINE)[:6]
    names = [Officer(f"{role}-{code}") for code in codes for role in ("Can-bo", "Giam-doc")]
    private = [text.encode() for officer in names for text in officer.details().values()]
    private += [f"84{officer.details()['phone'][1:]}".encode() for officer in names]
    directory = 0
    for topic, partition, key, value, headers in found:
        position = int(headers["ce_sequence"])
        place = (topic, headers["ce_source"], partition)  # heads of all services share a topic
        assert position > last.get(place, 0)
        last[place] = position
        assert headers["ce_specversion"] == b"1.0"
        if topic != HEADS:
            assert headers["ce_subject"] == headers["ce_partitionkey"] == key
        if topic == "thidua.people":
            directory += 1
        else:
            everything = b" ".join([key or b"", value or b"", *headers.values()])
            assert not [secret for secret in private if secret in everything]
    assert directory >= 12


def test_one_trace_leads_from_the_post_to_the_mail(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    mails = httpx.get(f"{platform[0].smtp.page}/messages.json", params={"limit": 500}).json()
    sent = {mail["headers"]["traceparent"].split("-")[1] for mail in mails if "traceparent" in mail["headers"]}
    spans = [
        json.loads(line)
        for path in (DATA / "traces").glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    posts = {span["trace_id"] for span in spans if span["name"].startswith("POST")}
    assert sent
    assert sent <= posts


def test_no_other_account_of_the_machine_reads_any_of_it(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    files = {path.relative_to(DATA) for path in DATA.rglob("*") if path.lstat().st_mode & 0o077}
    assert files == set()
    assert DATA.stat().st_mode & 0o067 == 0  # PostgreSQL's own user may pass through


def told(info: RunInfo) -> dict[str, list[float]]:
    """What every process tells Prometheus now, by metric."""
    found: dict[str, list[float]] = {}
    for service in info.services.values():
        assert service.metrics.keys() == service.processes.keys()
        for address in service.metrics.values():
            for family in families(httpx.get(address).text):
                found.setdefault(family.name, []).extend(sample.value for sample in family.samples)
    return found


def test_every_process_tells_prometheus_that_nothing_waits(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    waiting = {"thidua_relay_lag", "thidua_consumer_lag", "thidua_parked_records"}
    deadline = time.monotonic() + 20  # they look every five seconds
    while any(any(told(platform[0])[name]) for name in waiting) and time.monotonic() < deadline:
        time.sleep(1)
    found = told(platform[0])
    assert {name: max(found[name]) for name in waiting} == dict.fromkeys(waiting, 0)
    assert max(found["thidua_relay_position"]) > 800
    assert max(found["thidua_projection_position"]) > 800


def test_the_command_line_sees_a_whole_ledger_and_nothing_parked(platform: tuple[RunInfo, dict[str, Any]]) -> None:
    def run(*words: str) -> str:
        command = [sys.executable, "-m", "cli.main", *words]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"THIDUA_HOME": str(DATA), "COLUMNS": "200"}
        )
        return done.stdout

    assert "broken" not in run("ledger", "check")
    assert "registrations" in run("projections", "list")
    assert "switched" in run("projections", "rebuild", "portal", "progress", "--by", "An", "--reason", "a test")
    assert run("parked", "list").count("thidua.") == 0


def test_the_main_job_survives_kills_and_pauses_of_everything() -> None:
    """The short form of `make faults`."""
    size = ["--kills", "12", "--pauses", "6", "--provinces", "4"]
    command = [sys.executable, "-m", "tests.faults", *size, "--data", f"{DATA}-faults", "--fresh"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
