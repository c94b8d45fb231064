"""Read model of campaigns: what they say now, what has become of them, who has joined."""

from datetime import date

from chassis.testing import project_all
from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignCancelled,
    CampaignConcluded,
    CampaignExtended,
    CampaignJoined,
)
from contracts.examples import example
from services.campaigns.domain.campaign import campaign_id, terms_of
from services.campaigns.domain.pack import Pack, load_pack
from services.campaigns.views.campaigns import CAMPAIGNS, CampaignRow, CampaignStatus
from tests.campaigns.examples import CAMPAIGN_ID, LAUNCHED, OPENED, PACK_TEXT, UNIT

TERMS = terms_of(load_pack(PACK_TEXT))
EXTENDED = example(
    CampaignExtended, campaign_id=CAMPAIGN_ID, until=date(2026, 3, 31), register_before=date(2025, 1, 10)
)


def row(*events: object) -> CampaignRow:
    """The campaign's row after these events."""
    columns = project_all(CAMPAIGNS, *events)["campaigns"][CAMPAIGN_ID,]  # type: ignore[arg-type]
    return CampaignRow(campaign_id=CAMPAIGN_ID, **columns)


def test_a_launched_campaign_is_listed_with_all_that_was_said() -> None:
    found = row(LAUNCHED)
    assert (found.code, found.kind, found.level) == ("4225-2024", "drive", "sector")
    assert (found.terms(), found.status) == (TERMS, CampaignStatus.LAUNCHED)


def test_an_extension_moves_the_days_of_what_was_said() -> None:
    found = row(CampaignAnnounced(**dict(TERMS)), EXTENDED).terms()
    assert (found.period.end, found.register_before) == (date(2026, 3, 31), date(2025, 1, 10))


def test_it_stands_where_its_last_step_has_brought_it() -> None:
    announced = CampaignAnnounced(**dict(TERMS))
    concluded = example(CampaignConcluded, campaign_id=CAMPAIGN_ID)
    cancelled = example(CampaignCancelled, campaign_id=CAMPAIGN_ID)
    assert row(announced).status == CampaignStatus.ANNOUNCED
    assert row(LAUNCHED, announced).status == CampaignStatus.LAUNCHED
    assert row(LAUNCHED, concluded).status == CampaignStatus.CONCLUDED
    assert row(announced, cancelled).status == CampaignStatus.CANCELLED


def test_its_life_is_told_in_its_order() -> None:
    amended = CampaignAmended(**dict(TERMS), amendment=TERMS.document, changed=("aliases",))
    tables = project_all(CAMPAIGNS, CampaignAnnounced(**dict(TERMS)), LAUNCHED, amended, EXTENDED)
    assert [each["step"] for _, each in sorted(tables["campaign_life"].items())] == [
        "announced", "launched", "amended", "extended",
    ]  # fmt: skip


def test_who_joins_is_listed_and_counted() -> None:
    joined = CampaignJoined(campaign_id=CAMPAIGN_ID, unit_id=UNIT, happened_on=date(2024, 11, 18))
    tables = project_all(CAMPAIGNS, LAUNCHED, joined)
    assert tables["campaign_joins"][CAMPAIGN_ID, UNIT]["happened_on"] == date(2024, 11, 18)
    assert tables["campaigns"][CAMPAIGN_ID,]["joined_units"] == 1


def test_relations_are_columns() -> None:
    before = campaign_id("truoc")
    said = {**load_pack(PACK_TEXT).model_dump(mode="json"), "relations": [{"kind": "stage_after", "code": "truoc"}]}
    terms = terms_of(Pack.model_validate(said))
    assert row(CampaignAnnounced(**dict(terms))).stage_after == before


def test_other_events_change_nothing() -> None:
    assert not CAMPAIGNS.reads.concerns(OPENED)
