"""Every route × every role × own unit, parent, child, sibling, other province, none: as docs/permissions.md has it.

The document, not the code, says what is expected: a route whose declaration is loosened is found.
"""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.organisation.organisation import ORGANISATION
from chassis.store.store import Append
from chassis.web.door import BODY_SECONDS
from chassis.web.rights import Resource
from contracts.awards import NominationDrafted
from contracts.campaigns import (
    ConfirmationEntered,
    DeadlineSet,
    DocumentDrafted,
    ExemplarIdentified,
    InspectionPlanned,
    ObstacleRaised,
    PublicityPublished,
    ReceiptAwaited,
    ReportOpened,
    ReviewOpened,
    ScorecardOpened,
    ViolationReported,
)
from contracts.event import Event
from contracts.examples import example
from contracts.registry import PersonalRegistrationMade, RegistrationOpened, Role, SigningDelegated
from deploy.local.embedded import Embedded
from services import ALL, permissions
from services.campaigns.api.document_known import DOCUMENTS
from services.campaigns.api.report_known import REVIEWS
from tests.served import Served, served
from tests.whole.bodies import HEADCOUNT, RECOUNT, REVIEWED
from tests.whole.everybody import (
    OWN,
    PEOPLE,
    SIBLING,
    SINCE,
    UNITS,
    Expected,
    documented,
    organisation,
    person,
)
from tests.whole.papers import CONTENT

THINGS: dict[str, type[Event]] = {
    "registration": RegistrationOpened,
    "personal_registration": PersonalRegistrationMade,
    "scorecard": ScorecardOpened,
    "nomination": NominationDrafted,
    "delegation": SigningDelegated,
    "document": DocumentDrafted,
    "receipt": ReceiptAwaited,
    "deadline": DeadlineSet,
    "obstacle": ObstacleRaised,
    "inspection": InspectionPlanned,
    "confirmation": ConfirmationEntered,
    "exemplar": ExemplarIdentified,
    "publicity": PublicityPublished,
    "violation": ViolationReported,
    "review": ReviewOpened,
    "report": ReportOpened,
}
"""What begins the stream of each thing that lies in a unit."""
BODIES: dict[str, dict[str, Any]] = {
    "join_campaign": {"unit_id": str(OWN), "happened_on": "2024-01-01"},
    "draft_nomination": {"campaign_id": str(uuid4()), "unit_id": str(OWN), "award": "no_such_award"},
    "issue_decision": {
        "number": "1/QĐ-BHXH", "signed_on": "2024-01-01", "authority_id": str(OWN), "award": "no_such_award",
        "nominations": [],
    },
    "allow_exception": {
        "person_id": str(uuid4()), "duty": "confirm_targets", "thing_id": str(uuid4()), "unit_id": str(OWN),
        "authority_id": str(OWN), "reason": "office_too_small", "until": "2024-01-01",
    },
    "draft_document": {"unit_id": str(OWN), "content": CONTENT},
    "register_persons": {
        "campaign_id": str(uuid4()), "unit_id": str(OWN),
        "lines": [{"person_id": str(uuid4()), "target": "…", "solution": "…"}],
    },
    "confirm_persons": {"unit_id": str(OWN), "confirmed": [{"registration_id": str(uuid4()), "revision": 1}]},
    "open_review": {"unit_id": str(OWN), "review": REVIEWED},
    "raise_obstacle": {"unit_id": str(OWN), "thing_kind": "review", "question": "…"},
    "enter_confirmation": {
        "unit_id": str(OWN), "campaign_id": str(uuid4()), "criterion": "cover", "committee": "…", "what": "…",
        "document": {"number": "1", "issued_on": "2024-01-01"}, "evidence": "a" * 64,
    },
    "draft_planned_paper": {"code": "tong-ket", "paper": "guidance", "unit_id": str(OWN)},
    "plan_inspection": {"unit_id": str(OWN), "subject": "…", "planned_on": "2024-12-01"},
    "publish_publicity": {
        "unit_id": str(OWN), "medium": "article", "title": "…", "outlet": "…", "published_on": "2024-12-01",
    },
    "report_violation": {"unit_id": str(OWN), "what": "…"},
    "identify_exemplar": {"unit_id": str(OWN), "title": "…", "merit": "…"},
    "report_headcount": {"unit_id": str(OWN), **HEADCOUNT},
    "correct_headcount": {"unit_id": str(OWN), **RECOUNT},
    "set_deadline": {"unit_id": str(OWN), "thing_kind": "review", "thing_id": str(uuid4()), "before": "2024-12-01"},
    "give_remark": {"unit_id": str(OWN), "year": 2024, "document": "1/NX-BHXH"},
    "delegate_signing": {
        "unit_id": str(OWN), "signer_id": str(uuid4()), "capacity": "direct", "since": "2024-01-01",
        "basis": "1/QĐ-BHXH", "basis_on": "2024-01-01",
    },
}  # fmt: skip
"""Bodies of the routes that find the unit there."""


@dataclass
class Matrix:
    """A running service with a thing of each kind in the own unit and in its sibling."""

    name: str
    service: Served
    things: dict[str, UUID] = field(default_factory=dict)

    async def prepare(self) -> None:
        events = list(organisation())
        for _, grant in permissions.declared(self.name):
            if isinstance(resource := grant.where, Resource) and resource.path not in self.things:
                self.things[resource.path] = await self._thing(resource, OWN)
                await self._thing(resource, SIBLING)
        if ORGANISATION in self.service.service.projections:
            for stream, event in events:
                await self._append(stream, event)
        else:
            await self.service.feed(*(event for _, event in events))
        for projection in self.service.service.projections:
            await self.service.platform.at_least(projection, await self.service.platform.store.head())

    async def _thing(self, resource: Resource[Any], unit: UUID) -> UUID:
        name, key = resource.decider.name, uuid4()
        changes = {f"{name.removeprefix('personal_')}_id": key, "campaign_id": uuid4(), "unit_id": unit}
        if name == "receipt":  # what was received is shown with it
            changes["document_id"] = await self._thing(DOCUMENTS, unit)
        if name == "report":  # what it is about is shown with it
            changes["review_id"] = await self._thing(REVIEWS, unit)
        known = {field: value for field, value in changes.items() if field in THINGS[name].model_fields}
        await self._append(resource.decider.stream(key), example(THINGS[name], **known))
        return key

    async def _append(self, stream: str, event: Event) -> None:
        metadata = Metadata.of(Context(SINCE)).model_dump_json(exclude_none=True)
        await self.service.platform.store.append(Append(stream, 0, [event], uuid4(), b"", metadata))

    async def faults(self) -> list[str]:
        """Answers that are not as documented, and things of other units in answers."""
        expected = documented(self.name)
        asked = []
        for route, grant in permissions.declared(self.name):
            method = min(route.methods or {""})
            known = expected[f"{method} {route.path_format.removeprefix('/api/v1')}"]
            key = self.things.get(grant.where.path) if isinstance(grant.where, Resource) else uuid4()
            path = re.sub(r"\{[^}]+\}", str(key), route.path_format.removeprefix("/api/v1"))
            path += f"?unit_id={OWN}" if known.where == "query" else ""
            body = BODIES.get(route.name, {}) if method in {"POST", "PUT"} else None
            for role, place in PEOPLE:
                asked.append(self._one(method, path, body, known, role, place))
        return [fault for fault in await asyncio.gather(*asked) if fault]

    async def _one(  # noqa: PLR0917
        self, method: str, path: str, body: Any, known: Expected, role: Role | None, place: str
    ) -> str:
        async with _ROOM:
            answer = await self.service.ask(person(role, place), method, path, body)
        wanted = known.verdict(role, place)
        code = str(answer.json().get("type", "")).rpartition(":")[2] if answer.is_error else ""
        told = f"{method} {path} as {role} at {place or 'no unit'}: {answer.status_code} {code}"
        refused = code if code == "role-missing" or (code == "not-found" and known.where == "its") else ""
        if refused != wanted or answer.is_server_error or (refused == "not-found") != (wanted == "not-found"):
            return f"{told}, not {wanted or 'let in'}"
        if answer.is_success and known.where in {"its", "query"} and "json" in answer.headers["content-type"]:
            elsewhere = set(_units(answer.json())) - {str(OWN), str(UNITS["child"])}
            return f"{told} tells of {elsewhere}" if elsewhere else ""
        return ""


_ROOM = asyncio.Semaphore(24)


def _units(answer: Any) -> Iterator[str]:
    """Every unit that an answer names."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "unit_id":
                yield value
            else:
                yield from _units(value)
    elif isinstance(answer, list):
        for each in answer:
            yield from _units(each)


@pytest.mark.parametrize("name", ALL)
async def test_everyone_may_what_the_document_says_and_nobody_more(
    name: str, servers: Embedded, tmp_path: Path
) -> None:
    service = import_module(f"services.{name}.app").SERVICE
    async with served(service, servers, tmp_path) as running:
        matrix = Matrix(name, running)
        await matrix.prepare()
        assert await matrix.faults() == []
        assert await waits_for_nobody(name, running) == []


async def waits_for_nobody(name: str, running: Served) -> list[str]:
    """Routes that wait for a body before they know whose it is: with a thousand of those nobody else has room."""
    routes = [route for route, _ in permissions.declared(name)] + (permissions.pages() if name == "portal" else [])
    ways = [(min(route.methods or {""}), route.path_format) for route in routes]
    commands = [(method, re.sub(r"\{[^}]+\}", str(uuid4()), path)) for method, path in ways if method != "GET"]
    found = await asyncio.gather(*(_without_body(running, *each) for each in commands))
    return [fault for fault in found if fault]


async def _without_body(running: Served, method: str, path: str) -> str:
    at = running.client.base_url
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(
        f"{method} {path} HTTP/1.1\r\nHost: {at.host}\r\nContent-Type: application/json\r\n"
        "Content-Length: 10\r\nConnection: close\r\n\r\n".encode()
    )
    try:
        async with asyncio.timeout(BODY_SECONDS / 2):
            status = (await reader.readline()).decode().split()[1]
    except TimeoutError:
        return f"{method} {path} waits"
    finally:
        writer.close()
    return "" if status in {"401", "303"} else f"{method} {path}: {status}"


async def test_a_right_that_was_loosened_and_a_handler_that_reads_elsewhere_are_found(
    servers: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = import_module("services.awards.app").SERVICE
    views = import_module("services.awards.views.nominations")
    listed = views.nominations

    async def careless(pool: Any, wanted: Any, *more: Any, **others: Any) -> Any:
        return await listed(pool, wanted.model_copy(update={"under": None}), *more, **others)

    async with served(service, servers, tmp_path) as running:
        matrix = Matrix("awards", running)
        await matrix.prepare()
        with monkeypatch.context() as sabotage:
            sabotage.setattr(views, "nominations", careless)
            assert any("tells of" in fault for fault in await matrix.faults())
        [grant] = [g for route, g in permissions.declared("awards") if route.name == "submit_nomination"]
        loosened, whole = grant.may | {Role.AUDITOR}, grant.may
        object.__setattr__(grant, "may", loosened)
        try:
            found = await matrix.faults()
            assert permissions.text() != permissions.FILE.read_text(encoding="utf-8")
        finally:
            object.__setattr__(grant, "may", whole)
        assert found
        assert all("submit as auditor" in fault for fault in found)


def test_no_answer_is_asked_of_a_service_that_is_not_there() -> None:
    assert set(ALL) == {path.parent.name for path in Path("services").glob("*/app.py")}
