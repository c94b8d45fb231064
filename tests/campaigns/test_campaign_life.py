"""A campaign's life: announced, launched, joined, amended, extended, concluded, cancelled, in whatever order."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
import yaml

from chassis.facts.core_yaml import CoreLoader
from chassis.testing import Given, given
from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignCancelled,
    CampaignConcluded,
    CampaignExtended,
    CampaignJoined,
    CampaignLaunched,
    Terms,
)
from contracts.event import Event
from contracts.values import Document
from services.campaigns.domain.campaign import (
    CAMPAIGN,
    AmendCampaign,
    AnnounceCampaign,
    CancelCampaign,
    ConcludeCampaign,
    ExtendCampaign,
    JoinCampaign,
    LaunchCampaign,
    campaign_id,
    terms_of,
)
from services.campaigns.domain.campaign_changes import Known
from services.campaigns.domain.pack import Pack, load_pack, pack_of
from services.campaigns.domain.pack_parts import PackDocument
from tests.campaigns.examples import CAMPAIGN_ID, PACK_TEXT, UNIT

RAW: dict[str, Any] = yaml.load(PACK_TEXT, Loader=CoreLoader)  # noqa: S506 - it makes plain values only
PACK = load_pack(PACK_TEXT)
TERMS = terms_of(PACK)
ANNOUNCED = CampaignAnnounced(**dict(TERMS))
LAUNCHED = CampaignLaunched(**dict(TERMS))
PAPER = PackDocument(number="77/BHXH-TĐKT", issued_on=date(2025, 3, 9))
FACT = Document(number="77/BHXH-TĐKT", issued_on=date(2025, 3, 9))
IDS: dict[str, Any] = {"campaign_id": CAMPAIGN_ID, "units": TERMS.units}
CONCLUDED = CampaignConcluded(**IDS, happened_on=date(2025, 12, 31), document=FACT)
CANCELLED = CampaignCancelled(**IDS, reason="Gộp vào phong trào khác", document=FACT)
JOINED = CampaignJoined(campaign_id=CAMPAIGN_ID, unit_id=UNIT, happened_on=date(2024, 11, 18))
EXTENDED = CampaignExtended(
    **IDS, until=date(2026, 3, 31), previous=date(2025, 12, 31), register_before=None, document=FACT
)
LATE = date(2026, 1, 5)
IN_SCOPE = Known(in_scope=True)
JOIN = JoinCampaign(unit_id=UNIT, happened_on=date(2024, 11, 18))
EXTEND = ExtendCampaign(until=date(2026, 3, 31), document=PAPER)


def pack(**changes: Any) -> Pack:
    """The pack of the special drive with other content."""
    return Pack.model_validate({**RAW, **changes})


def amend(**changes: Any) -> AmendCampaign:
    return AmendCampaign(pack=pack(**changes), document=PAPER)


def after(*history: Event) -> Given[Any, Any, Any, Any]:
    return given(CAMPAIGN, *history)


@pytest.mark.requirement("A1")
def test_a_document_opens_registration_before_the_ceremony_or_after_it() -> None:
    given(CAMPAIGN).when(AnnounceCampaign(pack=PACK)).then(ANNOUNCED)
    after(ANNOUNCED).when(LaunchCampaign(pack=PACK)).then(LAUNCHED)
    after(LAUNCHED).when(AnnounceCampaign(pack=PACK)).then(ANNOUNCED)
    held = CampaignLaunched(**dict(TERMS), happened_on=date(2024, 11, 15))
    after(ANNOUNCED).when(LaunchCampaign(happened_on=date(2024, 11, 15))).then(held)
    for command in (AnnounceCampaign(pack=PACK), LaunchCampaign(pack=PACK), LaunchCampaign()):
        after(ANNOUNCED, LAUNCHED).when(command).nothing()


def test_no_rule_compares_the_day_of_issue_with_the_period() -> None:
    for day in ("2017-10-17", "2026-02-01"):
        said = pack(document={**RAW["document"], "issued_on": day})
        assert len(given(CAMPAIGN).when(AnnounceCampaign(pack=said)).events) == 1


@pytest.mark.requirement("A20")
def test_a_letter_of_a_sunday_is_a_letter_and_a_day_that_is_not_set_is_not_stored() -> None:
    assert PACK.document.issued_on.isoweekday() == 7
    [announced] = given(CAMPAIGN).when(AnnounceCampaign(pack=PACK)).events
    assert isinstance(announced, CampaignAnnounced)
    assert announced.register_before is None
    assert [each.day for each in announced.milestones if each.kind.value.endswith("review")] == [None, None]


def test_a_launch_without_a_pack_needs_an_announcement() -> None:
    given(CAMPAIGN).when(LaunchCampaign()).rejected("campaign-not-announced")
    given(CAMPAIGN).when(EXTEND).rejected("campaign-not-announced")


def test_what_is_to_come_has_not_happened() -> None:
    to_come = date(2024, 11, 21)
    after(ANNOUNCED).when(LaunchCampaign(happened_on=to_come)).rejected("happened-in-the-future")
    join = JoinCampaign(unit_id=UNIT, happened_on=to_come)
    after(ANNOUNCED).knowing(IN_SCOPE).when(join).rejected("happened-in-the-future")
    end = ConcludeCampaign(happened_on=to_come, document=PAPER)
    after(LAUNCHED).when(end).rejected("happened-in-the-future")


def test_a_unit_launches_it_in_its_own_scope_once_and_before_the_sector_does_if_it_likes() -> None:
    after(ANNOUNCED).knowing(IN_SCOPE).when(JOIN).then(JOINED)
    after(ANNOUNCED, JOINED).knowing(IN_SCOPE).when(JOIN).nothing()
    again = JoinCampaign(unit_id=UNIT, happened_on=date(2024, 11, 19))
    after(LAUNCHED, JOINED).knowing(IN_SCOPE).when(again).rejected("unit-joined-before")
    after(LAUNCHED).knowing(Known()).when(JOIN).rejected("unit-outside-campaign")


def test_an_amendment_says_the_whole_anew_and_names_what_changed() -> None:
    goals = [{**RAW["goals"][0], "value": "43"}, *RAW["goals"][1:]]
    changed = amend(goals=goals, register_before="2025-03-31")
    [amended] = after(ANNOUNCED).when(changed).events
    assert isinstance(amended, CampaignAmended)
    assert (amended.changed, amended.amendment) == (("goals", "register_before"), FACT)
    assert str(amended.goals[0].value) == "43"
    after(ANNOUNCED, amended).when(changed).nothing()
    after(ANNOUNCED).when(amend()).nothing()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "khac"}, "amendment-of-another-campaign"),
        ({"kind": "thematic"}, "amendment-of-what-is-fixed"),
        ({"period": {"start": "2024-11-10", "end": "2026-12-31"}}, "amendment-of-what-is-fixed"),
        ({"document": {"number": "1", "issued_on": "2024-11-10"}}, "amendment-of-what-is-fixed"),
        ({"goals": RAW["goals"][1:]}, "amendment-drops-a-goal"),
        ({"units": ["provincial"]}, "amendment-drops-an-audience"),
        ({"units": []}, "audience-empty"),
    ],
)
def test_what_units_rely_on_is_not_amended_away(changes: dict[str, Any], code: str) -> None:
    after(LAUNCHED).when(amend(**changes)).rejected(code)


def test_a_day_of_registering_only_moves_back() -> None:
    said = CampaignAnnounced(**{**dict(TERMS), "register_before": date(2024, 12, 10)})
    after(said).when(amend(register_before="2024-12-09")).rejected("registration-day-earlier")
    assert after(said).when(amend(register_before="2024-12-11")).events
    earlier = EXTEND.model_copy(update={"register_before": date(2024, 12, 9)})
    after(said).when(earlier).rejected("registration-day-earlier")
    after(said).when(amend(register_before=None)).rejected("registration-day-dropped")


def test_an_extension_moves_the_end_and_what_is_said_later_keeps_it() -> None:
    after(LAUNCHED).when(EXTEND).then(EXTENDED)
    after(LAUNCHED, EXTENDED).when(EXTEND).rejected("extension-not-later")
    longer = {"start": "2024-11-10", "end": "2026-03-31"}
    assert after(LAUNCHED, EXTENDED).when(amend(period=longer, aliases=["Đợt 39"])).events
    after(ANNOUNCED, EXTENDED).when(LaunchCampaign()).then(
        CampaignLaunched(**{**dict(TERMS), "period": TERMS.period.model_copy(update={"end": date(2026, 3, 31)})})
    )


@pytest.mark.parametrize("end", [CONCLUDED, CANCELLED])
def test_nothing_follows_the_end(end: Event) -> None:
    for command in (EXTEND, amend(aliases=["Khác"]), ConcludeCampaign(happened_on=date(2024, 11, 1), document=PAPER)):
        after(LAUNCHED, end).when(command).rejected("campaign-closed")
    after(ANNOUNCED, end).when(LaunchCampaign()).rejected("campaign-closed")
    after(ANNOUNCED, end).when(LaunchCampaign(pack=PACK)).rejected("campaign-closed")
    after(LAUNCHED, end).knowing(IN_SCOPE).when(JOIN).rejected("campaign-closed")


def test_the_same_end_again_changes_nothing() -> None:
    conclude = ConcludeCampaign(happened_on=date(2025, 12, 31), document=PAPER)
    after(LAUNCHED).when(conclude, on=LATE).then(CONCLUDED)
    after(LAUNCHED, CONCLUDED).when(conclude, on=LATE).nothing()
    cancel = CancelCampaign(reason="Gộp vào phong trào khác", document=PAPER)
    after(LAUNCHED).when(cancel).then(CANCELLED)
    after(LAUNCHED, CANCELLED).when(cancel).nothing()


NEXT = {"relations": [{"kind": "stage_after", "code": "truoc"}]}


@pytest.mark.requirement("A19")
def test_stages_follow_each_other_and_never_in_a_circle() -> None:
    before = campaign_id("truoc")
    known = Known(there=frozenset({before}), before=frozenset({before}))
    [announced] = given(CAMPAIGN).knowing(known).when(AnnounceCampaign(pack=pack(**NEXT))).events
    assert isinstance(announced, CampaignAnnounced)
    assert announced.relations[0].campaign_id == before
    given(CAMPAIGN).knowing(Known()).when(AnnounceCampaign(pack=pack(**NEXT))).rejected("related-campaign-unknown")
    circle = Known(there=frozenset({before}), before=frozenset({before, CAMPAIGN_ID}))
    after(ANNOUNCED).knowing(circle).when(amend(**NEXT)).rejected("stages-in-a-circle")
    tied = {"relations": [{"kind": "linked", "code": "truoc"}]}
    assert after(ANNOUNCED).knowing(circle).when(amend(**tied)).events


@pytest.mark.parametrize(
    ("relations", "code"),
    [
        ([{"kind": "linked", "code": "4225-2024"}], "relation-to-itself"),
        ([{"kind": "linked", "code": "a"}, {"kind": "linked", "code": "a"}], "relation-repeated"),
        ([{"kind": "stage_after", "code": "a"}, {"kind": "stage_after", "code": "b"}], "stages-before"),
    ],
)
def test_relations_that_say_nothing_are_refused(relations: list[dict[str, str]], code: str) -> None:
    given(CAMPAIGN).when(AnnounceCampaign(pack=pack(relations=relations))).rejected(code)


def test_what_is_said_can_be_amended_as_a_pack() -> None:
    related = pack(**NEXT)
    assert pack_of(terms_of(related)) == related
    assert pack_of(Terms.model_validate(TERMS.model_dump())) == PACK


def test_a_store_that_holds_only_a_launch_of_an_earlier_version_goes_on() -> None:
    of_old = {"campaign_id": CAMPAIGN_ID, **PACK.model_dump(mode="json", include={"code", "theme", "kind", "level",
              "period", "document", "units", "goals"})}  # fmt: skip
    launched = CampaignLaunched.model_validate(of_old)
    [extended] = after(launched).when(EXTEND).events
    assert extended == EXTENDED
    after(launched, JOINED).knowing(IN_SCOPE).when(JOIN).nothing()


def test_a_command_given_twice_names_one_unit_only() -> None:
    other = UUID(int=7)
    history = after(LAUNCHED, JOINED).knowing(IN_SCOPE)
    [joined] = history.when(JoinCampaign(unit_id=other, happened_on=date(2024, 11, 20), document=PAPER)).events
    assert isinstance(joined, CampaignJoined)
    assert (joined.unit_id, joined.document) == (other, FACT)
