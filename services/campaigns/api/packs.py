"""The door for packs: those that came with the platform, and what a pack would do before anything is done."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from chassis.facts.decider import Rejected
from chassis.facts.problem import Problem
from chassis.web.api import AT_ROOT, Asked, asked_router, asks, tells
from contracts.campaigns import Relation, RelationKind
from contracts.registry import Role
from services.campaigns.domain.campaign import (
    CAMPAIGN,
    AnnounceCampaign,
    LaunchCampaign,
    campaign_id,
)
from services.campaigns.domain.campaign_changes import Known
from services.campaigns.domain.pack import Pack, PackRefused, load_pack
from services.campaigns.domain.pack_parts import PackRelation
from services.campaigns.scope import ReachedUnit, units_of

router = asked_router(tags=["campaigns"])

LEADERS: Final = frozenset({Role.DIRECTOR_GENERAL})
_FOLDER: Final = files("services.campaigns") / "packs"


class PackFile(BaseModel):
    """A pack that came with the platform: its text, as it is to be sent or changed."""

    code: str
    theme: str
    number: str
    text: str


class Trial(BaseModel):
    """What a pack would do: the campaign's id, and whether it was announced or launched already.

    `units` are those for which groups of recipients stand, as they stood on the day of issue. Source: M-2.
    """

    id: UUID
    announced: bool
    launched: bool
    units: list[ReachedUnit]


@router.get("/packs")
@asks(may=LEADERS, where=AT_ROOT, reads=())
async def list_packs(asked: Asked) -> list[PackFile]:  # noqa: ARG001 - who asks is checked
    """The packs that came with the platform, to begin with."""
    found = []
    for file in sorted(_FOLDER.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".yaml"):
            text = file.read_text(encoding="utf-8")
            pack = load_pack(text)
            found.append(PackFile(code=pack.code, theme=pack.theme, number=pack.document.number, text=text))
    return found


@router.post("/packs/trial")
@tells(may=LEADERS, where=AT_ROOT)
async def try_campaign(asked: Asked, pack: Pack) -> Trial:
    """Say what a pack would do, or everything for which it would be refused; nothing is stored."""
    if faults := tuple(pack.faults()):
        refused = PackRefused(faults)
        errors = [{"field": each.path, "vi": each.vi, "en": each.en} for each in faults]
        raise Problem(409, refused.code, refused.vi, refused.en, errors=errors)
    key, known, context = campaign_id(pack.code), await known_of(asked, pack.relations), asked.context()
    _, campaign = await asked.platform.executor.state(CAMPAIGN, key)
    try:
        announced = not CAMPAIGN.decide(AnnounceCampaign(pack=pack), campaign, known, context)
        launched = not CAMPAIGN.decide(LaunchCampaign(pack=pack), campaign, known, context)
    except Rejected as rejected:
        raise Problem(409, rejected.code, rejected.vi, rejected.en) from None
    kinds = {kind for each in (*pack.addressees, *pack.copy_recipients) for kind in each.unit_kinds} | {*pack.units}
    units = await units_of(asked.pool, kinds, pack.document.issued_on)
    return Trial(id=key, announced=announced, launched=launched, units=units)


async def known_of(asked: Asked, relations: Sequence[PackRelation] | Sequence[Relation]) -> Known:
    """Which of the related campaigns there are, and all that come before, stage by stage. Source: A19."""
    there, before = set(), set()
    for relation in relations:
        key: UUID | None = campaign_id(relation.code)
        is_stage = relation.kind is RelationKind.STAGE_AFTER
        while key is not None and key not in before:
            terms = (await asked.platform.executor.known(CAMPAIGN, key)).terms
            if terms is None:
                break
            there.add(key)
            if not is_stage:
                break
            before.add(key)
            earlier = [each.campaign_id for each in terms.relations if each.kind is RelationKind.STAGE_AFTER]
            key = earlier[0] if earlier else None
    return Known(frozenset(there), frozenset(before))
