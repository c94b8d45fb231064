"""A registration that the unit directly above sends in, on the unit's signed paper."""

from datetime import date
from hashlib import sha256
from uuid import UUID

import httpx
import pytest

from chassis.testing import given
from contracts.registry import RegistrationFiledOnBehalf, RegistrationSubmitted, Role
from contracts.values import FileKind, StoredFile
from services.registry.domain.registration import REGISTRATION, registration_id
from services.registry.domain.registration_commands import ConfirmRegistration
from services.registry.domain.registration_filing import FileOnBehalf
from services.registry.domain.registration_state import Known
from services.registry.domain.unit import unit_id
from tests.registry.conftest import caught_up, problem
from tests.registry.conftest import given as granted
from tests.registry.examples import (
    ABOUT,
    ADMIN,
    CAMPAIGN,
    COMPLETE,
    CONFIRMER,
    HEAD,
    LAUNCHED,
    NEIGHBOUR,
    OFFICER,
    OPENED,
    PROVINCE,
    ROOT,
    submitted,
)
from tests.served import Served

PDF = b"%PDF-1.7\nban giay"
PAPER = StoredFile(sha256=sha256(PDF).hexdigest(), kind=FileKind.PDF, size=len(PDF))
SIGNED = date(2024, 11, 18)
FILE = FileOnBehalf(paper=PAPER, signed_on=SIGNED)
FILED = RegistrationFiledOnBehalf(**ABOUT, by_unit_id=ROOT, filed_by=OFFICER, paper=PAPER, signed_on=SIGNED)
ABOVE = Known(files_for=ROOT)
DISTRICT = unit_id("P01-D001")


def test_the_unit_directly_above_sends_it_in_and_the_fact_says_who_for_whom_by_which_paper() -> None:
    sent = RegistrationSubmitted(**ABOUT, late=False, submitted_by=OFFICER)
    given(REGISTRATION, *COMPLETE).knowing(ABOVE).when(FILE, by=OFFICER).then(FILED, sent)


def test_nobody_else_files_on_behalf_neither_the_unit_itself_nor_who_stands_higher() -> None:
    given(REGISTRATION, *COMPLETE).knowing(Known()).when(FILE, by=OFFICER).rejected("not-directly-above")
    given(REGISTRATION, *COMPLETE).knowing(ABOVE).when(FILE).rejected("not-directly-above")


def test_who_filed_on_behalf_does_not_confirm_it() -> None:
    history = (*COMPLETE, FILED, submitted(by=None))
    given(REGISTRATION, *history).when(ConfirmRegistration(), by=OFFICER).rejected("same-person-may-not-confirm")
    assert given(REGISTRATION, *history).when(ConfirmRegistration(), by=CONFIRMER).refusal is None


def test_it_is_complete_not_sent_yet_and_its_paper_is_not_of_tomorrow() -> None:
    given(REGISTRATION, OPENED).knowing(ABOVE).when(FILE, by=OFFICER).rejected("registration-empty")
    twice = given(REGISTRATION, *COMPLETE, submitted()).knowing(ABOVE)
    twice.when(FILE, by=OFFICER).rejected("registration-already-submitted")
    early = given(REGISTRATION, *COMPLETE).knowing(ABOVE)
    early.when(FILE, by=OFFICER, on=date(2024, 11, 17)).rejected("paper-signed-later")
    assert early.when(FILE, by=OFFICER, on=SIGNED).refusal is None


async def upload(registry: Served, person: UUID, content: bytes = PDF, **query: str) -> httpx.Response:
    await registry.ask(person, "GET", "/nowhere")
    path = f"/api/v1/registrations/{registration_id(CAMPAIGN, DISTRICT)}/filings"
    params = {"name": "a.pdf", "signed_on": "2024-11-18"} | query
    bearer = {"Authorization": f"Bearer {registry.tokens[person]}"}
    return await registry.client.post(path, params=params, content=content, headers=bearer)


@pytest.mark.requirement("B7")
async def test_an_officer_of_the_province_files_for_a_district_and_its_head_confirms(registry: Served) -> None:
    top = UUID(int=41)
    assert (await registry.ask(ADMIN, "POST", f"/people/{top}/enrol")).status_code == 201
    await granted(registry, top, Role.OFFICER, ROOT)
    await caught_up(registry)
    await registry.feed(LAUNCHED)
    path = f"/registrations/{registration_id(CAMPAIGN, DISTRICT)}"
    body = {"number": 1, "requirement": "Giảm giờ thực hiện", "solution": "Giao dịch số"}
    assert (await registry.ask(OFFICER, "POST", f"{path}/qualitative", body)).status_code == 201

    problem(await upload(registry, top), 409, "not-directly-above")
    assert (await upload(registry, NEIGHBOUR)).status_code == 404
    problem(await upload(registry, OFFICER, b"MZ"), 409, "file-kind-unknown")
    assert (await upload(registry, OFFICER, signed_on="hôm qua")).status_code == 422
    digest = PAPER.sha256
    assert (await registry.ask(HEAD, "GET", f"{path}/papers/{digest}")).status_code == 404
    assert (await registry.ask(HEAD, "GET", path)).json()["status"] == "open"

    actions = {each["name"]: each for each in (await registry.ask(OFFICER, "GET", path)).json()["actions"]}
    assert actions["file_on_behalf"]["open"]
    assert (await upload(registry, OFFICER)).status_code == 201
    found = (await registry.ask(HEAD, "GET", path)).json()
    [filed] = found["filings"]
    assert (found["status"], filed["by_unit_id"], filed["filed_by"]) == ("submitted", str(PROVINCE), str(OFFICER))
    paper = await registry.ask(HEAD, "GET", f"{path}/papers/{digest}")
    assert (paper.content, paper.headers["content-disposition"][:10]) == (PDF, "attachment")
    assert (await registry.ask(NEIGHBOUR, "GET", f"{path}/papers/{digest}")).status_code == 404
    problem(await upload(registry, OFFICER), 409, "registration-already-submitted")
    assert (await registry.ask(HEAD, "POST", f"{path}/confirm-from-above")).status_code == 201
