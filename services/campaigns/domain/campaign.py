"""Campaign: a launched emulation campaign (phong trào thi đua); it is launched once, from a pack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.facts.decider import Command, Context, Decider, Rejected
from contracts.campaigns import CampaignEvent, CampaignLaunched
from services.campaigns.domain.pack import Pack

NAMESPACE_CAMPAIGNS: Final = uuid5(NAMESPACE_URL, "urn:thidua:campaigns")


def campaign_id(code: str) -> UUID:
    """Id of the campaign with this code."""
    return uuid5(NAMESPACE_CAMPAIGNS, code)


class LaunchCampaign(Command):
    """Launch the campaign that the pack describes. Source: S001-1."""

    pack: Pack


@dataclass(frozen=True, slots=True)
class Campaign:
    """What was launched; None before."""

    launched: CampaignLaunched | None = None


def decide(command: LaunchCampaign, campaign: Campaign, _: None, __: Context) -> Sequence[CampaignEvent]:
    """Launch once; raises Rejected for the first rule that the pack breaks."""
    match command:
        case LaunchCampaign(pack=pack):
            for fault in pack.faults():
                raise Rejected(fault.code, fault.vi, fault.en)
            launched = CampaignLaunched.model_validate({"campaign_id": campaign_id(pack.code), **pack.model_dump()})
            if campaign.launched is None:
                return [launched]
            if campaign.launched != launched:
                raise Rejected(
                    "campaign-already-launched",
                    f"Phong trào {pack.code} đã được phát động với nội dung khác; hãy dùng mã khác cho phong trào mới.",
                    f"The campaign {pack.code} was launched with other content; use another code for a new campaign.",
                )
            return []
        case _:
            assert_never(command)


def evolve(_: Campaign, event: CampaignEvent) -> Campaign:
    """The campaign after an event of its stream."""
    match event:
        case CampaignLaunched():
            return Campaign(event)
        case _:
            assert_never(event)


CAMPAIGN: Final[Decider[LaunchCampaign, Campaign, CampaignEvent, None]] = Decider(
    "campaign", Campaign(), decide, evolve
)
