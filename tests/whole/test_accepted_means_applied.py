"""A command accepts only what every reader can apply: every projection, every reaction, every letter."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.routing import APIRoute

from chassis.web.api import routers
from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.deadline import deadline_id
from services.campaigns.domain.scorecard import scorecard_id
from services.notify.delivery.due import claim
from services.notify.email.smtp import EmailSender
from services.notify.settings import ProviderSettings
from services.notify.zalo.sender import ZaloSender
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole import papers, personal, registering, reporting
from tests.whole.bodies import (
    CONFIRMATION,
    CONFIRMED,
    DEADLINE,
    DECISION,
    DELEGATION,
    DETAILS,
    DOSSIER,
    EXCEPTION,
    EXEMPLAR,
    GOAL,
    HEADCOUNT,
    HELPED,
    IN_FORCE,
    INSPECTION,
    OBSTACLE,
    PACK,
    PAPER,
    PLANNED,
    POSTS,
    PRESSED,
    PUBLICATION,
    RATINGS,
    VIOLATION,
)
from tests.whole.figures import FIGURES, PDF
from tests.whole.hostile import TEXTS, spoilt
from tests.whole.house import ADMIN, ALL, APPRAISER, DIRECTOR, HEAD, OFFICER, ROOT, House, a_house

PROVINCES = 40
AT_ONCE = 8
REFUSED = {400, 403, 404, 409, 413, 422}
_EXPONENT = re.compile(r'"-?\d+(\.\d+)?[eE][+-]?\d+"|[:\[,]-?\d+(\.\d+)?[eE][+-]?\d+')


@pytest.fixture
async def house(servers: Embedded, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(servers, tmp_path, PROVINCES) as house:
        yield house


Where = str | Sequence[str]
Body = Mapping[str, Any] | Callable[[int], Mapping[str, Any]]


class Trial:
    """Sends each spoilt body to where the good one goes; notes which routes were tried."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.tried: set[tuple[str, str]] = set()
        self.taken = 0

    async def run(self, route: str, person: UUID, where: Where, body: Body, method: str = "POST") -> None:
        """Each body must be refused, or accepted and applied everywhere; `where` has the paths, taken in turns."""
        service, _, name = route.partition(" ")
        self.tried.add((service, name))
        served = self.house.services[service]
        await served.ask(person, "GET", "/nowhere")
        headers = {"Authorization": f"Bearer {served.tokens[person]}", "Content-Type": "application/json"}
        paths, make = itertools.cycle([where] if isinstance(where, str) else where), _made(body)
        before = self.taken

        async def send(text: str, path: str) -> None:
            answer = await served.client.request(method, path, content=text.encode(), headers=headers)
            assert answer.status_code in {200, 201} | REFUSED, (route, text[:300], answer.status_code, answer.text)
            self.taken += answer.status_code < 300

        texts = [*spoilt(make), json.dumps(make(0))]
        for start in range(0, len(texts), AT_ONCE):
            await asyncio.gather(*(send(text, f"/api/v1{next(paths)}") for text in texts[start : start + AT_ONCE]))
        assert self.taken > before, route
        await self.house.settle()
        assert self.house.parked == [], route


def _made(body: Body) -> Callable[[int], Mapping[str, Any]]:
    return body if callable(body) else lambda _: body


async def nominated(house: House, campaign: UUID, unit: UUID) -> str:
    body = {"campaign_id": str(campaign), "unit_id": str(unit), "award": "merit_certificate_dg"}
    key = (await house.tell(OFFICER, "awards", "/nominations", body))["id"]
    for number, kind in enumerate(DOSSIER):
        paper = {"kind": kind, "title": kind, "sha256": f"{number:064x}"}
        await house.tell(OFFICER, "awards", f"/nominations/{key}/documents", paper)
    await house.tell(HEAD, "awards", f"/nominations/{key}/submit")
    return str(key)


async def units_change(trial: Trial, units: list[UUID]) -> None:
    """Units are established and corrected; teams of one, some for each step, become whatever a unit can become."""
    unit = {"name": "BHXH huyện", "kind": "district", "parent_id": str(units[0]), "established_on": "2024-11-10"}
    await trial.run("registry establish_unit", ADMIN, "/units", lambda n: {"code": f"D{n}", **unit})
    corrections = [f"/units/{each}/name-correction" for each in units]
    await trial.run("registry correct_unit_name", ADMIN, corrections, {"name": "BHXH tỉnh Một"})
    steps = (
        "rename",
        "move-below",
        "merge",
        "split",
        "dissolve",
        "take-over",
        "join-bloc",
        "leave-bloc",
        "withdraw-change",
    )
    about = IN_FORCE | {"on": trial.house.today.isoformat()}
    team = {"name": "Phòng", "kind": "team", "parent_id": str(units[0]), "established_on": "2024-11-10"}
    bloc = team | {"code": "KCQ", "kind": "agency_bloc", "parent_id": str(ROOT)}
    await trial.house.tell(ADMIN, "registry", "/units", bloc)
    teams = {step: [f"{step.upper()}-{number}" for number in range(6)] for step in steps}
    for code in itertools.chain(*teams.values()):
        await trial.house.tell(ADMIN, "registry", "/units", team | {"code": code})
    for code in teams["take-over"]:
        await trial.house.tell(ADMIN, "registry", f"/units/{unit_id(code)}/dissolve", about)
    joined = {"on": "2024-11-10", "bloc_id": str(unit_id("KCQ"))}
    for code in teams["leave-bloc"]:
        await trial.house.tell(ADMIN, "registry", f"/units/{unit_id(code)}/join-bloc", joined)
    wrong = unit_id(teams["withdraw-change"][0])
    await trial.house.tell(ADMIN, "registry", f"/units/{wrong}/rename", about | {"name": "Phòng Sai"})
    life = (await trial.house.ask(ADMIN, "GET", "registry", f"/units/{wrong}/life")).json()
    heir = str(unit_id(teams["rename"][0]))
    bodies: dict[str, dict[str, Any]] = {
        "rename": about | {"name": "Phòng Mới"},
        "move-below": about | {"parent_id": str(units[1])},
        "merge": about | {"successor_id": heir},
        "split": about | {"successor_ids": [heir, str(unit_id(teams["rename"][1]))]},
        "dissolve": about,
        "take-over": about | {"to_id": heir},
        "join-bloc": joined,
        "leave-bloc": joined,
        "withdraw-change": {"change_id": life["changes"][0]["change_id"], "reason": "Nhập nhầm"},
    }
    names = {
        "move-below": "move_unit",
        "take-over": "take_duties_over",
        "join-bloc": "join_bloc",
        "leave-bloc": "leave_bloc",
    }
    for step, body in bodies.items():
        name = names.get(step) or ("withdraw_change" if step == "withdraw-change" else f"{step}_unit")
        paths = [f"/units/{unit_id(code)}/{step}" for code in teams[step]]
        await trial.run(f"registry {name}", ADMIN, paths[:1] if step == "withdraw-change" else paths, body)
    await people_counted(trial, {"unit_id": str(units[2]), "on": trial.house.today.isoformat()})


async def people_counted(trial: Trial, about: dict[str, Any]) -> None:
    """Headcount, its corrections, each with another figure, and posts."""
    await trial.run("registry report_headcount", ADMIN, "/headcounts", HEADCOUNT | about)

    def another(n: int) -> dict[str, Any]:
        heads = [{"category": "public_employee", "people": 100 + n}]
        return {**about, "heads": heads, "reason": "Thiếu một người"}

    await trial.run("registry correct_headcount", ADMIN, "/headcounts/corrections", another)
    await trial.run("registry assign_establishment", ADMIN, "/establishments", POSTS | about)


async def drives(trial: Trial) -> None:
    """Launches of drives that ask no province, so that nothing follows; an exception; the others' drive."""
    await documents(trial)
    lone = {**PACK, "units": ["central_department"], "goals": [{**GOAL, "applies_to": ["central_department"]}]}
    await trial.run("campaigns launch_campaign", DIRECTOR, "/campaigns", lambda n: {**lone, "code": f"dot-{n}"})
    await trial.run("campaigns try_campaign", DIRECTOR, "/packs/trial", lone)
    about = {"person_id": str(DIRECTOR), "thing_id": str(uuid4()), "unit_id": str(unit_id("P01"))}
    await trial.run("registry allow_exception", HEAD, "/duty-exceptions", EXCEPTION | about)
    work = {"unit_id": str(unit_id("P01")), "category": "public_employee", "works_directly": True}
    await employments(trial, {**work, "since": "2024-01-01"})
    signing = {**DELEGATION, "signer_id": str(DIRECTOR)}
    key = (await trial.house.tell(HEAD, "registry", "/signing-delegations", signing))["id"]
    await trial.run("registry delegate_signing", HEAD, "/signing-delegations", signing)
    until = {"on": (trial.house.today + timedelta(days=1)).isoformat()}
    await trial.run("registry end_signing", HEAD, f"/signing-delegations/{key}/end", until)
    await trial.house.tell(DIRECTOR, "campaigns", "/campaigns", PACK)
    await lives(trial, lone)


async def lives(trial: Trial, lone: Mapping[str, Any]) -> None:
    """Every step of drives that ask no province; and how a province joins the others' drive."""
    announcing, day = "/announcements", date(2026, 1, 1)
    await trial.run("campaigns announce_campaign", DIRECTOR, announcing, lambda n: {**lone, "code": f"cong-bo-{n}"})
    ways = {}
    for code in ("le", "sua", "keo-dai", "tong-ket", "huy"):
        key = await trial.house.tell(DIRECTOR, "campaigns", announcing, {**lone, "code": code})
        ways[code] = f"/campaigns/{key['id']}"
    await trial.run("campaigns launch_announced", DIRECTOR, f"{ways['le']}/launch", {"happened_on": "2024-11-10"})
    amendment = {"pack": {**lone, "code": "sua"}, "document": PAPER}
    await trial.run("campaigns amend_campaign", DIRECTOR, f"{ways['sua']}/amendments", amendment)

    def longer(number: int) -> dict[str, Any]:
        return {"until": (day + timedelta(days=number)).isoformat(), "document": PAPER}

    await trial.run("campaigns extend_campaign", DIRECTOR, f"{ways['keo-dai']}/extensions", longer)
    joining = {"unit_id": str(unit_id("P01")), "happened_on": "2024-11-10", "document": PAPER}
    joins = f"/campaigns/{campaign_id(PACK['code'])}/joins"
    await trial.run("campaigns join_campaign", HEAD, joins, joining)
    ending = {"happened_on": "2024-11-10", "document": PAPER}
    await trial.run("campaigns conclude_campaign", DIRECTOR, f"{ways['tong-ket']}/conclusion", ending)
    calling_off = {"reason": "Gộp phong trào", "document": PAPER}
    await trial.run("campaigns cancel_campaign", DIRECTOR, f"{ways['huy']}/cancellation", calling_off)


async def proven(trial: Trial, about: Mapping[str, Any]) -> None:
    """Confirmations of local committees, and ratings."""
    house, entry = trial.house, {**CONFIRMATION, **about, "campaign_id": str(campaign_id(PACK["code"]))}
    await trial.run("campaigns enter_confirmation", OFFICER, "/confirmations", entry)
    made = [(await house.tell(OFFICER, "campaigns", "/confirmations", entry))["id"] for _ in range(AT_ONCE)]
    for name, step, person in (
        ("judge_confirmation", "/judgement", DIRECTOR), ("withdraw_confirmation", "/withdrawal", OFFICER),
    ):  # fmt: skip
        await trial.run(f"campaigns {name}", person, [f"/confirmations/{each}{step}" for each in made], CONFIRMED[step])
    path, opening = f"/campaigns/{campaign_id(PACK['code'])}", {"code": PLANNED["code"]}
    await trial.run("campaigns open_planned_review", DIRECTOR, f"{path}/reviews", opening)
    paper = {**opening, **about, "paper": "guidance"}
    await trial.run("campaigns draft_planned_paper", OFFICER, f"{path}/review-papers", paper)
    table = RATINGS | {"ratings": [{**about, "rating": "excellent"}]}
    await trial.run("campaigns rate_units", DIRECTOR, "/ratings", table)
    await house.ask(DIRECTOR, "POST", "campaigns", "/ratings", table)
    correction = RATINGS | {**about, "rating": "good", "reason": "Kết luận kiểm tra"}
    await trial.run("campaigns correct_rating", DIRECTOR, "/ratings/corrections", correction)


async def helped(trial: Trial, units: Sequence[UUID]) -> None:
    """Obstacles, guidance, inspections and exemplars."""
    house, about = trial.house, {"unit_id": str(units[0])}
    new = {"obstacles": (OFFICER, OBSTACLE), "inspections": (DIRECTOR, INSPECTION), "exemplars": (OFFICER, EXEMPLAR)}
    names = {"obstacles": "raise_obstacle", "inspections": "plan_inspection", "exemplars": "identify_exemplar"}
    paths: dict[str, list[str]] = {}
    for noun, (person, body) in new.items():
        await trial.run(f"campaigns {names[noun]}", person, f"/{noun}", body | about)
        made = [(await house.tell(person, "campaigns", f"/{noun}", body | about))["id"] for _ in range(AT_ONCE)]
        paths[noun] = [f"/{noun}/{each}" for each in made]
    asked = [path.rpartition("/")[2] for path in paths["obstacles"]]
    await trial.run("campaigns issue_guidance", DIRECTOR, "/guidance", HELPED["/answer"] | {"obstacles": asked[:1]})
    steps = [
        ("obstacles", "resolve_obstacle", "/answer", DIRECTOR), ("inspections", "hold_inspection", "/held", DIRECTOR),
        ("inspections", "record_finding", "/findings", DIRECTOR),
        ("inspections", "close_finding", "/closed-findings", DIRECTOR),
        ("exemplars", "nurture_exemplar", "/nurture", HEAD), ("exemplars", "acclaim_exemplar", "/acclaim", HEAD),
        ("exemplars", "publicise_exemplar", "/publicise", DIRECTOR),
        ("exemplars", "replicate_exemplar", "/replicate", HEAD),
    ]  # fmt: skip
    for noun, name, step, person in steps:
        places = paths[noun][1:] if step == "/answer" else paths[noun]
        await trial.run(f"campaigns {name}", person, [f"{each}{step}" for each in places], HELPED[step])
        for each in places:
            await house.ask(person, "POST", "campaigns", f"{each}{step}", HELPED[step])
    await proven(trial, about)
    refused = [(await house.tell(OFFICER, "campaigns", "/exemplars", EXEMPLAR | about))["id"] for _ in range(AT_ONCE)]
    places = [f"/exemplars/{each}/refuse" for each in refused]
    await trial.run("campaigns refuse_exemplar", DIRECTOR, places, HELPED["/refuse"])
    places = [f"{each}/withdraw" for each in paths["exemplars"]]
    await trial.run("campaigns withdraw_exemplar", DIRECTOR, places, HELPED["/withdraw"])


async def pressed(trial: Trial, unit: UUID) -> None:
    """Publications, and violations that were reported."""
    house, about = trial.house, {"unit_id": str(unit)}
    new = {"publicity": (OFFICER, PUBLICATION), "violations": (ADMIN, VIOLATION)}
    names = {"publicity": "publish_publicity", "violations": "report_violation"}
    paths: dict[str, list[str]] = {}
    for noun, (person, body) in new.items():
        await trial.run(f"campaigns {names[noun]}", person, f"/{noun}", body | about)
        made = [(await house.tell(person, "campaigns", f"/{noun}", body | about))["id"] for _ in range(AT_ONCE)]
        paths[noun] = [f"/{noun}/{each}" for each in made]
    for noun, name, step, person in (
        ("publicity", "take_down_publicity", "/taken-down", OFFICER),
        ("violations", "hand_over_violation", "/handed-over", DIRECTOR),
        ("violations", "answer_violation", "/answer", DIRECTOR),
    ):
        body = PRESSED.get(step) or PRESSED[f"/{noun}/{step}"]
        await trial.run(f"campaigns {name}", person, [f"{each}{step}" for each in paths[noun]], body)
        for each in paths[noun]:
            await house.ask(person, "POST", "campaigns", f"{each}{step}", body)


async def due(trial: Trial, things: Sequence[tuple[UUID, UUID]]) -> None:
    """Deadlines: of registrations, which were sent, and of what no service keeps."""
    house, thing = trial.house, uuid4()
    await helped(trial, [unit for _, unit in things])
    await pressed(trial, things[0][1])
    kinds = DEADLINE | {"unit_kinds": ["provincial"]}
    await trial.run("campaigns set_deadlines", DIRECTOR, "/deadlines-for-kinds", kinds)
    one = DEADLINE | {"unit_id": str(things[0][1])}
    await trial.run("campaigns set_deadline", DIRECTOR, "/deadlines", lambda _: one | {"thing_id": str(uuid4())})
    open_ones = []
    for _, unit in things:
        body = DEADLINE | {"unit_id": str(unit), "thing_id": str(thing), "before": "2024-12-01"}
        open_ones.append((await house.tell(DIRECTOR, "campaigns", "/deadlines", body))["id"])
    sub = f"/deadlines/{deadline_id(*things[0])}/sub-deadlines"
    await trial.run("campaigns set_sub_deadline", HEAD, sub, {"before": "2024-11-20"})
    paths = [f"/deadlines/{each}" for each in open_ones]
    await trial.run("campaigns excuse_lateness", DIRECTOR, [f"{each}/excuse" for each in paths], {"reason": "Bão"})
    for each in paths[10:20]:
        await house.tell(DIRECTOR, "campaigns", f"{each}/close")
    again = {"until": "2100-01-01", "reason": "Bổ sung"}
    await trial.run("campaigns reopen_deadline", DIRECTOR, [f"{each}/reopen" for each in paths[10:20]], again)
    later = {"before": "2100-01-01", "reason": "Bão"}
    await trial.run("campaigns move_deadline", DIRECTOR, [f"{each}/move" for each in paths[:10]], later)
    await trial.run(
        "campaigns meet_deadline", DIRECTOR, [f"{each}/receipt" for each in paths[20:]], {"on": "2024-11-20"}
    )


async def ways_back(trial: Trial, cards: Sequence[str], units: Sequence[UUID]) -> None:
    """Results verified, corrected, returned; files whose bytes are deleted; official figures that divide anew."""
    place, house = {"indicator": "cover", "year": 2024}, trial.house
    verifications = [f"{each}/verifications" for each in cards]
    await trial.run("campaigns verify_result", APPRAISER, verifications, place)
    for each in verifications:
        await house.ask(APPRAISER, "POST", "campaigns", each, place)
    await house.settle()
    corrected = place | {"value": "93", "reason": "Nhập sai"}
    await trial.run("campaigns correct_result", OFFICER, [f"{each}/corrections" for each in cards], corrected)
    for each in cards:
        await trial.house.ask(OFFICER, "POST", "campaigns", f"{each}/corrections", corrected)
    returned = place | {"reason": "Thiếu biên bản"}
    await trial.run("campaigns return_result", APPRAISER, [f"{each}/returns" for each in cards], returned)
    served, digest = trial.house.services["campaigns"], sha256(PDF).hexdigest()
    bearer = {"Authorization": f"Bearer {served.tokens[OFFICER]}"}
    for each in cards:
        path = f"/api/v1{each}/evidence?indicator=cover&year=2024&name=a.pdf"
        assert (await served.client.post(path, content=PDF, headers=bearer)).status_code == 201
    deleted = place | {"sha256": digest, "reason": "Nhầm tệp"}
    paths = [f"{each}/evidence-deletions" for each in cards]
    await trial.run("campaigns delete_evidence_bytes", HEAD, paths, deleted)
    table = FIGURES | {"figures": [{"unit_id": str(each), "figure": "1000"} for each in units[:2]]}
    await trial.run("campaigns publish_base_figures", APPRAISER, "/base-figures", table)
    await trial.run("campaigns assign_plans", APPRAISER, "/plans", table | {"since": "2024-01-01"})


async def employments(trial: Trial, work: Mapping[str, Any]) -> None:
    """A person who is seconded, moves, leaves and comes back; and a second record of that person."""
    person, double = uuid4(), uuid4()
    for each in (person, double):
        await trial.house.tell(ADMIN, "registry", f"/people/{each}/enrol")
    await trial.house.tell(ADMIN, "registry", f"/people/{person}/assignments", work)
    way = f"/people/{person}"
    corrected = {**work, "assigned_on": work["since"]}
    await trial.run("registry correct_assignment", ADMIN, f"{way}/assignments/correct", corrected)
    post = {"unit_id": str(unit_id("P02")), "kind": "seconded"}
    await trial.run("registry take_post", ADMIN, f"{way}/posts", {**post, "since": "2024-02-01", "until": "2030-01-01"})
    await trial.run("registry end_post", ADMIN, f"{way}/posts/end", {**post, "on": "2024-03-01"})
    remark = {"unit_id": work["unit_id"], "year": 2024, "document": "1/NX-BHXH"}
    await trial.run("registry give_remark", HEAD, f"{way}/remarks", remark)
    await trial.run("registry leave", ADMIN, f"{way}/leave", {"reason": "retired", "on": "2024-06-01"})
    await trial.run("registry come_back", ADMIN, f"{way}/return", {**work, "since": "2024-07-01"})
    await trial.run("registry join", ADMIN, f"/people/{double}/join", {"into_id": person.hex})


async def test_what_a_command_accepts_every_reader_can_apply(house: House) -> None:
    trial, person = Trial(house), uuid4()
    units = [unit_id(f"P{n:02d}") for n in range(1, PROVINCES + 1)]
    await house.tell(ADMIN, "registry", f"/people/{person}/enrol")

    await units_change(trial, units)
    work = {"unit_id": str(units[0]), "category": "public_employee", "works_directly": True, "since": "2024-01-01"}
    await trial.run("registry assign_person", ADMIN, f"/people/{person}/assignments", work)
    today = house.today
    grant = {"role": "officer", "unit_id": str(units[0]), "since": today.isoformat(), "until": "2030-01-01"}
    await trial.run("registry grant_role", ADMIN, f"/people/{person}/roles", grant)
    end = {"role": "officer", "unit_id": str(units[0]), "on": (today + timedelta(days=1)).isoformat()}
    await trial.run("registry revoke_role", ADMIN, f"/people/{person}/roles/revoke", end)
    details = f"/people/{HEAD}/details"
    await trial.run("registry put_person", ADMIN, details, DETAILS, "PUT")
    assert (await house.ask(ADMIN, "PUT", "registry", details, DETAILS)).status_code == 200

    await drives(trial)
    campaign = campaign_id(PACK["code"])
    await house.settle()
    target = {"indicator": "cover", "year": 2024, "value": "91"}
    registrations = [f"/registrations/{registration_id(campaign, each)}" for each in units]
    await trial.run("registry register_target", OFFICER, [f"{each}/targets" for each in registrations], target)
    for each in registrations:
        await house.tell(OFFICER, "registry", f"{each}/targets", target)
        await house.tell(HEAD, "registry", f"{each}/submit")
        await house.tell(DIRECTOR, "registry", f"{each}/confirm")
    await house.settle()
    await registering.tried(trial.run, house, units, unit_id("D0"))
    await personal.tried(trial.run, house, units[3])

    await reporting.tried(trial.run, house, units)
    await due(trial, [(registration_id(campaign, each), each) for each in units])

    cards = [f"/scorecards/{scorecard_id(campaign, each)}" for each in units]
    result = {"indicator": "cover", "year": 2024, "value": "92", "evidence": "Báo cáo"}
    await trial.run("campaigns report_result", OFFICER, [f"{each}/results" for each in cards], result)
    for each in cards:
        await house.tell(OFFICER, "campaigns", f"{each}/results", result)
    await ways_back(trial, cards, units)

    proposal = {"campaign_id": str(campaign), "unit_id": str(units[0]), "award": "merit_certificate_dg", "year": 2024}
    await trial.run("awards draft_nomination", OFFICER, "/nominations", proposal)
    draft = (await house.tell(OFFICER, "awards", "/nominations", proposal))["id"]
    paper = {"kind": "minutes", "title": "Biên bản họp", "sha256": f"{7:064x}"}
    await trial.run("awards add_document", OFFICER, f"/nominations/{draft}/documents", paper)
    nominations = [await nominated(house, campaign, each) for each in units[1:]]

    def decision(number: int) -> dict[str, Any]:
        judged = [nominations[number % len(nominations)]]
        return DECISION | {"number": f"{number}/QĐ-BHXH", "nominations": judged}

    await trial.run("awards issue_decision", DIRECTOR, "/decisions", decision)

    assert trial.taken > 300
    assert house.parked == []
    await everything_can_be_read(house, campaign, units, nominations)
    await every_letter_can_be_written(house)
    assert trial.tried == set(commands_with_a_body())


async def documents(trial: Trial) -> None:
    """Drafts, and each step with a body of documents that are ready for it."""
    house, tell, today = trial.house, papers.telling(trial.house), str(trial.house.today)
    await trial.run("campaigns draft_document", OFFICER, "/documents", papers.DRAFT)

    async def run(name: str, person: UUID, step: str, body: Body, keys: Sequence[str]) -> None:
        await trial.run(f"campaigns {name}", person, [f"/{step}".replace("{id}", key) for key in keys], body)

    drafts = [await papers.drafted(tell) for _ in range(3)]
    await run(
        "revise_document", OFFICER, "documents/{id}/content", {"content": papers.CONTENT | {"place": "A"}}, drafts
    )
    ready = [await papers.checked(tell) for _ in range(3)]
    await run("sign_document", HEAD, "documents/{id}/signature", {"capacity": "direct"}, ready)
    ready = [await papers.checked(tell) for _ in range(3)]
    paper = {"signed_by": str(HEAD), "capacity": "direct", "happened_on": today, "evidence": papers.SCAN}
    await run("enter_paper_signing", OFFICER, "documents/{id}/paper-signature", paper, ready)
    signed = [await papers.signed(tell) for _ in range(3)]
    numbers = lambda n: {"number": str(900 + n), "dated": today}  # noqa: E731
    await run("number_document", HEAD, "documents/{id}/number", numbers, signed)
    sent = [await papers.sent(tell, str(500 + n), house.today) for n in range(3)]
    keys = [key for key, _ in sent]
    post = {"recipient": "Ủy ban nhân dân tỉnh", "way": "post", "reference": "RA1", "happened_on": today}
    await run("dispatch_document", HEAD, "documents/{id}/dispatches", post, keys)
    await run("correct_document", HEAD, "documents/{id}/corrections", {"wrong": "a", "right": "b"}, keys)
    entries = lambda n: {"number": str(n + 1), "received_on": today, "evidence": papers.SCAN}  # noqa: E731
    await run("receive_document", OFFICER, "receipts/{id}/entry", entries, [entry for _, entry in sent])
    new = await papers.issued(tell, "600", house.today, based_on=[{"document_id": keys[0]}])
    await house.settle()
    await run("replace_document", HEAD, "documents/{id}/replacement", {"replaced_by": new}, keys[:1])
    await run("recall_document", HEAD, "documents/{id}/recall", {"reason": "Sai"}, keys[1:])


def commands_with_a_body() -> list[tuple[str, str]]:
    """Service and route of each command that takes a JSON body."""
    found = []
    for name in ALL:
        for router in routers(import_module(f"services.{name}.app").SERVICE):
            found += [(name, r.name) for r in router.routes if isinstance(r, APIRoute) and r.body_field is not None]
    return found


async def everything_can_be_read(house: House, campaign: UUID, units: list[UUID], nominations: list[str]) -> None:
    """What people are shown holds no exponents, and each query answers."""
    queries = [
        ("registry", f"/headcounts?unit_id={ROOT}"),
        ("registry", "/units?limit=500"), ("registry", "/registrations?limit=500"),
        ("registry", "/personal-registrations?limit=500"),
        ("campaigns", "/deadlines?limit=500"), ("campaigns", "/obstacles?limit=500"),
        ("campaigns", "/inspections?limit=500"), ("campaigns", "/exemplars?limit=500"),
        ("campaigns", "/publicity?limit=500"), ("campaigns", "/violations?limit=500"),
        ("campaigns", "/confirmations?limit=500"),
        ("campaigns", f"/ratings?unit_id={units[0]}&first_year=2016&last_year=2024"),
        ("campaigns", "/campaigns?limit=500"), ("campaigns", "/scorecards?limit=500"),
        ("campaigns", "/documents?limit=500"), ("campaigns", "/receipts?limit=500"),
        ("campaigns", "/base-figures"), ("campaigns", f"/plans?unit_id={units[0]}"),
        ("awards", "/nominations?limit=500"), ("awards", "/awards?limit=500"),
        ("notify", "/notifications?limit=500"), ("notify", "/notifications/mine?limit=500"), ("notify", "/statistics"),
        ("portal", f"/campaigns/{campaign}/summary"),
        ("portal", f"/campaigns/{campaign}/progress?limit=500"), ("registry", f"/people/{HEAD}/details"),
        ("registry", f"/people/{HEAD}/changes"), ("campaigns", f"/campaigns/{campaign}"),
        ("campaigns", f"/campaigns/{campaign}/joins"),
        *reporting.reads(units),
        *(("registry", f"/registrations/{registration_id(campaign, unit)}") for unit in units[:3]),
        *(("awards", f"/nominations/{nomination}") for nomination in nominations[:3]),
    ]  # fmt: skip
    for service, path in queries:
        person = ADMIN if service in {"registry", "notify"} else APPRAISER
        answer = await house.ask(person, "GET", service, path)
        assert answer.status_code == 200, (path, answer.text)
        numbers = {each[0].strip('"') for each in _EXPONENT.finditer(answer.text)}
        assert numbers <= set(TEXTS), path  # a name may look so, no figure may
        assert "\ufffd" not in answer.text
        assert "\\u0000" not in answer.text


async def every_letter_can_be_written(house: House) -> None:
    """Each notification that was requested becomes an email and a Zalo message."""
    notify = house.services["notify"].platform
    settings = ProviderSettings(thidua_data=None)
    mail, zalo = EmailSender(settings), ZaloSender(settings)
    written = 0
    try:
        while dues := await claim(notify.pool, 500, 600, "test"):
            for due in dues:
                assert due.told is not None
                assert due.names is not None
                if due.addressee is not None:
                    letter, card = mail.write(due, 1), zalo.write(due, 1)
                    assert letter is not None
                    assert card is not None
                    json.dumps(card.body)
                    written += 1
    finally:
        await mail.close()
        await zalo.close()
    assert written > 50
