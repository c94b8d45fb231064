"""Rules of Campaign."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.facts.core_yaml import CoreLoader
from chassis.facts.decider import Context, Rejected
from chassis.testing import given
from contracts.campaigns import CampaignLaunched
from contracts.event import Event
from services.campaigns.domain.campaign import CAMPAIGN, LaunchCampaign
from services.campaigns.domain.pack import Pack, load_pack
from tests.campaigns.examples import CAMPAIGN_ID, PACK_TEXT

RAW: dict[str, Any] = yaml.load(PACK_TEXT, Loader=CoreLoader)  # noqa: S506 - it makes plain values only
PACK = load_pack(PACK_TEXT)
LAUNCHED = CampaignLaunched.model_validate({"campaign_id": CAMPAIGN_ID, **PACK.model_dump()})


def pack(**changes: Any) -> Pack:
    """The pack of the special drive with other content."""
    return Pack.model_validate({**RAW, **changes})


def goal(**changes: Any) -> dict[str, Any]:
    """One goal of the special drive with other content."""
    return {**RAW["goals"][0], **changes}


def test_a_pack_is_launched_whole() -> None:
    given(CAMPAIGN).when(LaunchCampaign(pack=PACK)).then(LAUNCHED)
    assert {name: getattr(LAUNCHED, name) for name in Pack.model_fields if name in {"code", "theme", "units"}} == {
        "code": PACK.code,
        "theme": PACK.theme,
        "units": PACK.units,
    }
    assert CampaignLaunched.model_validate_json(LAUNCHED.model_dump_json()) == LAUNCHED


def test_the_same_pack_again_changes_nothing() -> None:
    given(CAMPAIGN, LAUNCHED).when(LaunchCampaign(pack=PACK)).nothing()


def test_other_content_under_the_same_code_is_refused() -> None:
    other = LaunchCampaign(pack=pack(theme="Chủ đề khác"))
    given(CAMPAIGN, LAUNCHED).when(other).rejected("campaign-already-launched")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "Đợt 1"}, "campaign-code-malformed"),
        ({"code": "a" * 61}, "campaign-code-malformed"),
        ({"code": "a-"}, "campaign-code-malformed"),
        ({"period": {"start": "2024-11-10", "end": "2024-11-09"}}, "period-end-before-start"),
        ({"units": []}, "audience-empty"),
        ({"units": ["provincial", "outside_body"]}, "audience-outside"),
        ({"goals": [goal(year=2026)]}, "goal-year-outside-period"),
        ({"goals": [goal(year=2023)]}, "goal-year-outside-period"),
        ({"goals": [goal(), goal(value=50)]}, "goal-repeated"),
        ({"goals": [goal(value="100.01")]}, "goal-share-out-of-range"),
        ({"goals": [goal(value=-1)]}, "goal-share-out-of-range"),
        ({"goals": [goal(value="42.7100001")]}, "goal-value-out-of-bounds"),
        ({"goals": [goal(value="42.7100000")]}, "goal-value-out-of-bounds"),
        ({"goals": [goal(value=Decimal("0E-20000"))]}, "goal-value-out-of-bounds"),
        ({"goals": [goal(value=10**9, measure="percent_of_plan")]}, "goal-value-out-of-bounds"),
    ],
)
def test_a_pack_that_breaks_a_rule_is_refused(changes: dict[str, Any], code: str) -> None:
    given(CAMPAIGN).when(LaunchCampaign(pack=pack(**changes))).rejected(code)


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "a" * 60},
        {"period": {"start": "2025-12-31", "end": "2025-12-31"}, "goals": [goal(year=2025)]},
        {"goals": [goal(), goal(year=2025)]},
        {"goals": [goal(value=100)]},
        {"goals": [goal(value=0)]},
        {"goals": [goal(value=120, measure="percent_of_plan")]},
    ],
)
def test_a_pack_at_the_edge_of_a_rule_is_launched(changes: dict[str, Any]) -> None:
    assert not list(pack(**changes).faults())
    assert len(given(CAMPAIGN).when(LaunchCampaign(pack=pack(**changes))).events) == 1


COMMANDS = some.builds(
    lambda year, value, theme: LaunchCampaign(pack=pack(theme=theme, goals=[goal(year=year, value=value)])),
    some.integers(2023, 2026),
    some.integers(-1, 101),
    some.sampled_from(["Một", "Hai"]),
)


@for_all(some.lists(COMMANDS, max_size=5))
def test_a_command_given_twice_yields_nothing_or_a_refusal(commands: list[LaunchCampaign]) -> None:
    history: list[Event] = []
    context = Context(occurred_on=PACK.period.start)
    for command in commands:
        try:
            history += CAMPAIGN.decide(command, CAMPAIGN.fold(history), None, context)
            assert not CAMPAIGN.decide(command, CAMPAIGN.fold(history), None, context)
        except Rejected:
            continue
