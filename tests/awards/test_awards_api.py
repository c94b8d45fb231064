"""awards over real HTTP, tokens and PostgreSQL: from a draft to an award, and who may not."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.stream.intake import Reaction
from chassis.testing import as_recorded
from contracts.campaigns import ReportAccepted, ResultCorrected
from contracts.examples import example
from contracts.registry import Role
from services.awards.consumers import reactions
from tests.awards.conftest import (
    AUDITOR,
    DEPUTY,
    OTHER,
    OTHER_HEAD,
    ROOT,
    STRANGER,
    Awards,
    attained,
    confirmed,
    granted,
)
from tests.awards.examples import CAMPAIGN, DIRECTOR, HEAD, OFFICER, UNIT

KINDS = ("submission_letter", "minutes", "achievement_report")
HEALTH = "health_insurance_coverage"
NUMBER = "123/QĐ-BHXH"


def proposal(unit: UUID = UNIT, **changes: Any) -> dict[str, Any]:
    body = {"campaign_id": str(CAMPAIGN), "unit_id": str(unit), "award": "merit_certificate_dg", "year": 2024}
    return body | changes


def paper(kind: str, number: int = 1) -> dict[str, Any]:
    return {"kind": kind, "title": f"Văn bản {number}", "sha256": f"{number:064x}"}


def decision(awards: Awards, *nominations: str, **changes: Any) -> dict[str, Any]:
    body = {
        "number": NUMBER,
        "signed_on": str(awards.today),
        "authority_id": str(ROOT),
        "award": "merit_certificate_dg",
        "nominations": nominations,
        "legal_bases": [{"number": "4225/BHXH-TĐKT", "issued_on": "2024-11-10"}],
    }
    return body | changes


async def complete(awards: Awards, person: UUID = OFFICER, **changes: Any) -> str:
    """A drafted nomination with every paper in its dossier."""
    key = str((await awards.post(person, "/nominations", proposal(**changes)))["id"])
    for kind in KINDS:
        await awards.post(person, f"/nominations/{key}/documents", paper(kind))
    return key


async def submitted(awards: Awards, **changes: Any) -> str:
    await awards.learn(attained(UNIT, HEALTH, 2024))
    key = await complete(awards, **changes)
    await awards.post(HEAD, f"/nominations/{key}/submit")
    return key


async def test_from_a_draft_to_an_award(awards: Awards) -> None:
    key = await complete(awards)
    shown = await awards.get(OFFICER, f"/nominations/{key}")
    assert (shown["status"], shown["missing"], shown["unit_code"], shown["campaign_code"]) == (
        "draft",
        [],
        "P01",
        "4225-2024",
    )
    assert [(row["year"], row["attained"]) for row in shown["targets"]] == [(2024, None), (2025, None)]
    await awards.refused(409, "targets-not-verified", HEAD, f"/nominations/{key}/submit")
    await awards.learn(attained(UNIT, HEALTH, 2024))
    await awards.post(HEAD, f"/nominations/{key}/submit")
    issued = await awards.post(DIRECTOR, "/decisions", decision(awards, key))
    shown = await awards.get(OFFICER, f"/nominations/{key}")
    assert (shown["status"], shown["attained"], shown["decision_number"]) == ("granted", 1, NUMBER)
    assert shown["rule"] == "merit_certificate_dg@152/2025"
    stored = await awards.get(AUDITOR, f"/decisions/{issued['id']}")
    assert (stored["nominations"], stored["legal_bases"][0]["number"]) == ([key], "4225/BHXH-TĐKT")
    honoured = await awards.get(AUDITOR, "/awards", campaign_id=str(CAMPAIGN), unit_id=str(ROOT))
    assert [(row["nomination_id"], row["decision_id"]) for row in honoured["items"]] == [(key, issued["id"])]
    assert (await awards.get(AUDITOR, "/awards", decision_id=issued["id"]))["items"] == honoured["items"]
    assert (await awards.get(AUDITOR, "/awards", decision_id=str(uuid4())))["items"] == []


async def test_a_nomination_says_that_a_result_on_which_it_rests_was_corrected(awards: Awards) -> None:
    key = await submitted(awards)
    await awards.learn(
        example(
            ResultCorrected, campaign_id=CAMPAIGN, unit_id=UNIT, indicator=HEALTH, year=2024, previous=Decimal("95.4")
        )
    )
    shown = await awards.get(OFFICER, f"/nominations/{key}")
    assert [(row["year"], row["previous"]) for row in shown["targets"]] == [(2024, "95.4"), (2025, None)]
    assert [row["corrected_on"] is None for row in shown["targets"]] == [False, True]


@pytest.mark.requirement("S003-16", "B19")
async def test_a_corrected_report_flags_what_was_sent_in_before_and_the_nomination_stays(awards: Awards) -> None:
    sent, draft = await submitted(awards), await complete(awards, year=2025)
    first = example(ReportAccepted, campaign_id=CAMPAIGN, unit_id=UNIT, revision=1)
    [flagging] = reactions(awards.platform)
    assert isinstance(flagging.effect, Reaction)
    for revision in (1, 2, 2):
        accepted = first.model_copy(update={"revision": revision})
        await flagging.effect.react(as_recorded(accepted, position=revision))
    shown = await awards.get(OFFICER, f"/nominations/{sent}")
    assert [(row["report_id"], row["revision"]) for row in shown["corrected"]] == [(str(first.report_id), 2)]
    assert (shown["status"], shown["flags"], shown["attained"]) == ("submitted", 1, 1)
    assert (await awards.get(OFFICER, f"/nominations/{draft}"))["corrected"] == []
    await awards.post(DIRECTOR, "/decisions", decision(awards, sent))
    shown = await awards.get(OFFICER, f"/nominations/{sent}")
    assert (shown["status"], shown["flags"]) == ("granted", 1)


async def test_a_nomination_stands_in_one_decision_even_when_two_are_issued_at_once(awards: Awards) -> None:
    key = await submitted(awards)
    numbers = [f"{number}/QĐ-BHXH" for number in range(1, 9)]
    asked = (awards.ask(DIRECTOR, "POST", "/decisions", json=decision(awards, key, number=each)) for each in numbers)
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201] + 7 * [409]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {
        "urn:thidua:problem:already-granted"
    }
    names = [event.data.type_name() for event in await awards.platform.store.read(0, 1000)]
    assert names.count("thidua.awards.DecisionIssued.v1") == 1
    assert names.count("thidua.awards.AwardGranted.v1") == 1


async def test_a_decision_under_a_key_that_was_used_is_answered_as_before(awards: Awards) -> None:
    key, once = await submitted(awards), {"Idempotency-Key": str(uuid4())}
    first, again = [
        await awards.ask(DIRECTOR, "POST", "/decisions", json=decision(awards, key), headers=once) for _ in range(2)
    ]
    assert (first.status_code, again.json()) == (201, first.json())
    other = decision(awards, key, number="124/QĐ-BHXH")
    answer = await awards.ask(DIRECTOR, "POST", "/decisions", json=other, headers=once)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:thidua:problem:idempotency-key-reused")


async def test_repeated_commands_change_nothing(awards: Awards) -> None:
    key = await submitted(awards)
    await awards.post(DIRECTOR, "/decisions", decision(awards, key))
    before = await awards.platform.pool.fetchval("select max(position) from store.events")
    await awards.post(OFFICER, "/nominations", proposal())
    await awards.post(OFFICER, f"/nominations/{key}/documents", paper("minutes"))
    await awards.post(HEAD, f"/nominations/{key}/submit")
    await awards.post(DIRECTOR, "/decisions", decision(awards, key))
    assert await awards.platform.pool.fetchval("select max(position) from store.events") == before


async def test_a_dossier_shows_what_it_lacks_and_is_not_taken_so(awards: Awards) -> None:
    key = (await awards.post(OFFICER, "/nominations", proposal()))["id"]
    await awards.post(OFFICER, f"/nominations/{key}/documents", paper("minutes"))
    shown = await awards.get(OFFICER, f"/nominations/{key}")
    assert [part["kind"] for part in shown["missing"]] == ["submission_letter", "achievement_report"]
    assert [(one["kind"], one["title"]) for one in shown["documents"]] == [("minutes", "Văn bản 1")]
    problem = await awards.refused(409, "dossier-incomplete", HEAD, f"/nominations/{key}/submit")
    assert "Tờ trình" in problem["detail"]
    assert problem["source"] == "S003-9"


async def test_what_is_unknown_is_refused(awards: Awards) -> None:
    await awards.learn(granted(DEPUTY, Role.OFFICER, ROOT))
    await awards.refused(409, "unit-unknown", DEPUTY, "/nominations", proposal(unit=uuid4()))
    await awards.refused(409, "campaign-unknown", OFFICER, "/nominations", proposal(campaign_id=str(uuid4())))
    await awards.refused(409, "award-unknown", OFFICER, "/nominations", proposal(award="golden_cup"))
    await awards.refused(409, "year-outside-campaign", OFFICER, "/nominations", proposal(year=2023))
    await awards.refused(422, "invalid-input", OFFICER, "/nominations", proposal(rule=None))
    await awards.refused(404, "not-found", OFFICER, f"/nominations/{uuid4()}/submit")
    await awards.refused(404, "not-found", OFFICER, f"/decisions/{uuid4()}", method="GET")
    key = await complete(awards)
    await awards.refused(409, "document-kind-unknown", OFFICER, f"/nominations/{key}/documents", paper("photograph"))
    bad = paper("minutes") | {"title": "a\u0000b"}
    await awards.refused(422, "invalid-input", OFFICER, f"/nominations/{key}/documents", bad)
    await awards.refused(409, "award-unknown", DIRECTOR, "/decisions", decision(awards, key, award="golden_cup"))
    await awards.refused(422, "invalid-input", DIRECTOR, "/decisions", decision(awards, key, number="123"))
    basis = {"number": "1", "issued_on": "2024-11-10", "colour": "red"}
    await awards.refused(422, "invalid-input", DIRECTOR, "/decisions", decision(awards, key, legal_bases=[basis]))


async def test_only_the_own_unit_drafts_and_only_its_head_submits(awards: Awards) -> None:
    for person in (OTHER_HEAD, STRANGER, AUDITOR, DIRECTOR):
        await awards.refused(403, "role-missing", person, "/nominations", proposal())
    key = await complete(awards)
    await awards.refused(403, "role-missing", OFFICER, f"/nominations/{key}/submit")
    await awards.refused(403, "role-missing", AUDITOR, f"/nominations/{key}/documents", paper("minutes", 2))


async def test_who_may_not_read_a_nomination_does_not_learn_that_it_is_there(awards: Awards) -> None:
    key = await complete(awards)
    for person in (OTHER_HEAD, STRANGER):
        await awards.refused(404, "not-found", person, f"/nominations/{key}", method="GET")
        await awards.refused(404, "not-found", person, f"/nominations/{key}/submit")
        await awards.refused(404, "not-found", person, f"/nominations/{key}/documents", paper("minutes", 2))


async def test_only_those_who_may_act_everywhere_learn_that_there_is_no_such_unit(awards: Awards) -> None:
    await awards.refused(403, "role-missing", HEAD, "/nominations", proposal(unit=uuid4()))
    await awards.refused(403, "role-missing", HEAD, "/nominations", proposal(unit=OTHER))


async def test_only_who_decides_on_an_award_issues_its_decision(awards: Awards) -> None:
    key = await submitted(awards)
    own = decision(awards, key, authority_id=str(UNIT))
    for person in (OFFICER, HEAD, STRANGER):
        await awards.refused(403, "role-missing", person, "/decisions", own)
    await awards.refused(403, "role-missing", HEAD, "/decisions", decision(awards, key))
    await awards.refused(409, "nominee-outside-authority", DIRECTOR, "/decisions", decision(awards, str(uuid4())))


async def test_a_head_gives_letters_within_the_own_unit_alone(awards: Awards) -> None:
    await awards.learn(confirmed(OTHER, (HEALTH, 2024)), attained(OTHER, HEALTH, 2024))
    theirs = await complete(awards, OTHER_HEAD, unit=OTHER, award="merit_letter")
    await awards.post(OTHER_HEAD, f"/nominations/{theirs}/submit")
    letters = {"award": "merit_letter", "authority_id": str(UNIT)}
    await awards.refused(409, "nominee-outside-authority", HEAD, "/decisions", decision(awards, theirs, **letters))
    await awards.learn(granted(DEPUTY, Role.UNIT_HEAD, UNIT), attained(UNIT, HEALTH, 2024))
    own = await complete(awards, award="merit_letter")
    await awards.post(DEPUTY, f"/nominations/{own}/submit")
    await awards.refused(409, "proposer-may-not-decide", DEPUTY, "/decisions", decision(awards, own, **letters))
    await awards.post(HEAD, "/decisions", decision(awards, own, **letters))
    theirs_too = decision(awards, theirs, award="merit_letter", authority_id=str(OTHER))
    await awards.refused(409, "proposer-may-not-decide", OTHER_HEAD, "/decisions", theirs_too)


async def test_lists_are_paged_and_narrowed(awards: Awards) -> None:
    await awards.learn(confirmed(OTHER, (HEALTH, 2024)))
    ours = [await complete(awards, year=year) for year in (2024, 2025, None)]
    theirs = str((await awards.post(OTHER_HEAD, "/nominations", proposal(unit=OTHER)))["id"])
    keys: list[str] = []
    page: dict[str, Any] = {"next": None}
    while page["next"] or not keys:
        cursor = {"after": page["next"]} if page["next"] else {}
        page = await awards.get(AUDITOR, "/nominations", limit=2, **cursor)
        keys += [row["nomination_id"] for row in page["items"]]
    assert keys == [*ours, theirs]

    async def found(person: UUID, **params: Any) -> list[str]:
        return [row["nomination_id"] for row in (await awards.get(person, "/nominations", **params))["items"]]

    assert await found(OFFICER, unit_id=str(UNIT)) == ours
    assert await found(AUDITOR, unit_id=str(OTHER), status="draft") == [theirs]
    assert await found(AUDITOR, status="submitted") == []
    assert await found(AUDITOR, award="merit_letter") == []
    assert await found(AUDITOR, campaign_id=str(uuid4())) == []
    await awards.refused(403, "role-missing", OFFICER, "/nominations", method="GET")
    await awards.refused(403, "role-missing", OFFICER, f"/nominations?unit_id={OTHER}", method="GET")
    await awards.refused(422, "invalid-input", AUDITOR, "/nominations?after=x", method="GET")


async def test_a_stale_version_is_refused_and_the_shown_one_is_taken(awards: Awards) -> None:
    key = await complete(awards)
    answer = await awards.ask(OFFICER, "GET", f"/nominations/{key}", params={"at_least": 4})
    assert answer.headers["etag"] == '"4"'
    path = f"/nominations/{key}/documents"
    stale = await awards.ask(OFFICER, "POST", path, json=paper("minutes", 2), headers={"If-Match": '"3"'})
    assert stale.status_code == 412
    await awards.post(OFFICER, path, paper("minutes", 2), headers={"If-Match": '"4"'})


async def test_nobody_unknown_reads_anything(awards: Awards) -> None:
    for path in ("/nominations", "/awards", f"/decisions/{uuid4()}"):
        assert (await awards.web.get(f"/api/v1{path}")).status_code == 401
