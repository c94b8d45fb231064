"""Campaign: an emulation campaign (phong trào thi đua), from its document to its conclusion.

Announcement and ceremony come in either order, a unit's own launch too; no day of issue is held against the period.
Source: S001-1, S002-5, A1, A19, A20.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.kinds import Day, Line
from chassis.facts.offers import offered
from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignCancelled,
    CampaignConcluded,
    CampaignEvent,
    CampaignExtended,
    CampaignJoined,
    CampaignLaunched,
    CampaignSays,
    RelationKind,
    Terms,
)
from contracts.values import Period
from services.campaigns.domain import campaign_refusals as refuse
from services.campaigns.domain.campaign_changes import Known, changes, unless_earlier, unless_to_come
from services.campaigns.domain.pack import Pack, pack_of
from services.campaigns.domain.pack_parts import PackDocument

NAMESPACE_CAMPAIGNS: Final = uuid5(NAMESPACE_URL, "urn:thidua:campaigns")


def campaign_id(code: str) -> UUID:
    """Id of the campaign with this code."""
    return uuid5(NAMESPACE_CAMPAIGNS, code)


class AnnounceCampaign(Command):
    """The document that the pack transcribes is out: open registration. Source: A1."""

    pack: Pack


@offered(vi="Ghi nhận lễ phát động", en="Record the launch", trials=lambda *_: [LaunchCampaign()])
class LaunchCampaign(Command):
    """Launch the campaign that the pack describes, or, without one, as it was announced. Source: S001-1."""

    pack: Pack | None = None
    happened_on: Day | None = None


@offered(vi="Sửa đổi phong trào", en="Amend the campaign", trials=lambda campaign, _: [_aliased(campaign)])
class AmendCampaign(Command):
    """Say the whole anew, on the ground of a document."""

    pack: Pack
    document: PackDocument


@offered(
    vi="Gia hạn phong trào",
    en="Extend the campaign",
    trials=lambda campaign, _: [ExtendCampaign(until=date.max, **_paper(campaign))],
)
class ExtendCampaign(Command):
    """Let it go on until a later day; with a later day for registering, where one is named."""

    until: Day
    register_before: Day | None = None
    document: PackDocument


class JoinCampaign(Command):
    """Record that a unit has launched it within its own scope. Source: S002-5."""

    unit_id: UUID
    happened_on: Day
    document: PackDocument | None = None


@offered(
    vi="Tổng kết phong trào",
    en="Conclude the campaign",
    trials=lambda campaign, _: [ConcludeCampaign(happened_on=date.min, **_paper(campaign))],
)
class ConcludeCampaign(Command):
    """Its final review was held. Source: S001-16."""

    happened_on: Day
    document: PackDocument


@offered(
    vi="Hủy phong trào",
    en="Cancel the campaign",
    trials=lambda campaign, _: [CancelCampaign(reason="…", **_paper(campaign))],
)
class CancelCampaign(Command):
    """Call it off."""

    reason: Annotated[str, Line(1000)]
    document: PackDocument


CampaignCommand = (
    AnnounceCampaign
    | LaunchCampaign
    | AmendCampaign
    | ExtendCampaign
    | JoinCampaign
    | ConcludeCampaign
    | CancelCampaign
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """What it says, None before it says anything; what has happened to it; who has joined."""

    terms: Terms | None = None
    announced: bool = False
    launched: bool = False
    joined: Mapping[UUID, CampaignJoined] = field(default_factory=dict)
    closed: CampaignConcluded | CampaignCancelled | None = None


def decide(
    command: CampaignCommand, campaign: Campaign, known: Known | None, context: Context
) -> Sequence[CampaignEvent]:
    """The campaign's rules; raises Rejected for the first one that is broken."""
    known = known or Known()
    match command:
        case AnnounceCampaign(pack=pack):
            terms = _said(pack, campaign, known)
            return [] if campaign.announced else [CampaignAnnounced(**dict(terms))]
        case LaunchCampaign(pack=pack, happened_on=day):
            terms = _announced(campaign) if pack is None else _said(pack, campaign, known)
            unless_to_come(day, context)
            if pack is None and not campaign.launched:
                _open(campaign)
            return [] if campaign.launched else [CampaignLaunched(**dict(terms), happened_on=day)]
        case AmendCampaign():
            return _amend(command, campaign, known)
        case ExtendCampaign():
            return _extend(command, campaign)
        case JoinCampaign():
            return _join(command, campaign, known, context)
        case ConcludeCampaign() | CancelCampaign():
            return _close(command, campaign, context)
        case _:
            assert_never(command)


def terms_of(pack: Pack) -> Terms:
    """What a pack says, as facts have it: others by their ids."""
    said = pack.model_dump()
    relations = [{**each, "campaign_id": campaign_id(each["code"])} for each in said.pop("relations")]
    return Terms.model_validate({"campaign_id": campaign_id(pack.code), **said, "relations": relations})


def _said(pack: Pack, campaign: Campaign, known: Known) -> Terms:
    """The terms of a pack that may be said: sound, of known relations, and not other than what was said before."""
    terms = _sound(pack, known)
    if campaign.terms is not None and campaign.terms != terms:
        raise refuse.OTHER_CONTENT(code=pack.code)
    if campaign.terms is None:
        return terms
    if not (campaign.announced and campaign.launched):
        _open(campaign)
    return terms


def _sound(pack: Pack, known: Known) -> Terms:
    for fault in pack.faults():
        raise Rejected(fault.code, fault.vi, fault.en)
    terms = terms_of(pack)
    for relation in terms.relations:
        if relation.campaign_id not in known.there:
            raise refuse.RELATED_UNKNOWN(code=relation.code)
        if relation.kind is RelationKind.STAGE_AFTER and terms.campaign_id in known.before:
            raise refuse.STAGES_IN_A_CIRCLE(code=relation.code)
    return terms


def _announced(campaign: Campaign) -> Terms:
    if campaign.terms is None:
        raise refuse.NOT_ANNOUNCED()
    return campaign.terms


def _open(campaign: Campaign) -> Terms:
    if campaign.closed is not None:
        raise refuse.CLOSED()
    return _announced(campaign)


def _amend(command: AmendCampaign, campaign: Campaign, known: Known) -> Sequence[CampaignEvent]:
    before = _open(campaign)
    if command.pack.code != before.code:
        raise refuse.AMENDS_ANOTHER(code=command.pack.code)
    terms = _sound(command.pack, known)
    changed = changes(before, terms)
    if not changed:
        return []
    return [CampaignAmended(**dict(terms), amendment=command.document.fact(), changed=changed)]


def _extend(command: ExtendCampaign, campaign: Campaign) -> Sequence[CampaignEvent]:
    terms = _open(campaign)
    if command.until <= terms.period.end:
        raise refuse.NOT_LATER(day=f"{terms.period.end:%d/%m/%Y}")
    unless_earlier(terms.register_before, command.register_before)
    return [
        CampaignExtended(
            campaign_id=terms.campaign_id,
            until=command.until,
            previous=terms.period.end,
            units=terms.units,
            register_before=command.register_before or terms.register_before,
            document=command.document.fact(),
        )
    ]


def _join(command: JoinCampaign, campaign: Campaign, known: Known, context: Context) -> Sequence[CampaignEvent]:
    terms = _announced(campaign)
    document = command.document and command.document.fact()
    joined = CampaignJoined(
        campaign_id=terms.campaign_id, unit_id=command.unit_id, happened_on=command.happened_on, document=document
    )
    before = campaign.joined.get(command.unit_id)
    if before == joined:
        return []
    _open(campaign)
    if before is not None:
        raise refuse.JOINED_BEFORE(day=f"{before.happened_on:%d/%m/%Y}")
    if not known.in_scope:
        raise refuse.OUTSIDE()
    unless_to_come(command.happened_on, context)
    return [joined]


def _close(command: ConcludeCampaign | CancelCampaign, campaign: Campaign, context: Context) -> Sequence[CampaignEvent]:
    terms = _announced(campaign)
    facts: dict[str, Any] = {
        "campaign_id": terms.campaign_id,
        "units": terms.units,
        "document": command.document.fact(),
    }
    if isinstance(command, CancelCampaign):
        end: CampaignConcluded | CampaignCancelled = CampaignCancelled(**facts, reason=command.reason)
    else:
        unless_to_come(command.happened_on, context)
        end = CampaignConcluded(**facts, happened_on=command.happened_on)
    if campaign.closed == end:
        return []
    _open(campaign)
    return [end]


def evolve(campaign: Campaign, event: CampaignEvent) -> Campaign:
    """The campaign after an event of its stream."""
    match event:
        case CampaignAnnounced():
            return replace(campaign, terms=_terms(event), announced=True)
        case CampaignLaunched():
            return replace(campaign, terms=_terms(event), launched=True)
        case CampaignAmended():
            return replace(campaign, terms=_terms(event))
        case CampaignExtended(until=until, register_before=day):
            terms = _announced(campaign)
            period = Period(start=terms.period.start, end=until)
            return replace(campaign, terms=terms.model_copy(update={"period": period, "register_before": day}))
        case CampaignJoined(unit_id=unit):
            return replace(campaign, joined={**campaign.joined, unit: event})
        case CampaignConcluded() | CampaignCancelled():
            return replace(campaign, closed=event)
        case _:
            assert_never(event)


def _terms(event: CampaignSays) -> Terms:
    return Terms(**{name: getattr(event, name) for name in Terms.model_fields})


CAMPAIGN: Final[Decider[CampaignCommand, Campaign, CampaignEvent, Known | None]] = Decider(
    "campaign", Campaign(), decide, evolve
)


def _paper(campaign: Campaign) -> dict[str, Any]:
    return {"document": PackDocument.model_validate(_announced(campaign).document.model_dump())}


def _aliased(campaign: Campaign) -> AmendCampaign:
    pack = pack_of(_announced(campaign))
    return AmendCampaign(pack=pack.model_copy(update={"aliases": (*pack.aliases, "…")}), **_paper(campaign))
