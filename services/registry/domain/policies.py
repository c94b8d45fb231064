"""Reactions of registry to others' events: event in, commands out."""

from collections.abc import Collection, Iterable, Iterator
from uuid import UUID

from contracts.campaigns import CampaignAmended, CampaignExtended, CampaignSays
from contracts.registry import RegistrationOpened
from contracts.values import UnitKind
from services.registry.domain.registration import registration_id
from services.registry.domain.registration_commands import FollowCampaign, OpenRegistration
from services.registry.domain.registration_following import movements


def open_registrations_when_a_campaign_begins(
    begun: CampaignSays, units: Iterable[tuple[UUID, UnitKind]], version: int = 0
) -> Iterator[tuple[UUID, OpenRegistration]]:
    """Every unit of the campaign's audience is asked to register, with the goals that apply to its kind.

    It is announced or launched, whichever comes first; a registration is opened once. `version` is the place of the
    fact in the campaign's story. Source: A1.
    """
    for unit, kind in units:
        if kind not in begun.units:
            continue
        goals = tuple(goal for goal in begun.goals if kind in goal.applies_to)
        key = registration_id(begun.campaign_id, unit)
        terms = RegistrationOpened(
            registration_id=key,
            campaign_id=begun.campaign_id,
            unit_id=unit,
            unit_kind=kind,
            period=begun.period,
            goals=goals,
            submit_before=begun.register_before,
            refuse_late=begun.refuse_late,
            order=begun.registration_order,
            persons_register=begun.persons_register,
            movements=movements(begun.linked_campaigns),
            campaign_version=version,
        )
        yield key, OpenRegistration(terms=terms)


def registrations_follow_a_campaign(
    said: CampaignAmended | CampaignExtended,
    units: Iterable[tuple[UUID, UnitKind]],
    opened: Collection[UUID],
    version: int,
) -> Iterator[tuple[UUID, FollowCampaign | OpenRegistration]]:
    """What is `opened` goes by the new terms; units that an amendment takes in are asked to register. Source: A1."""
    for key in opened:
        yield key, FollowCampaign(said=said, version=version)
    if isinstance(said, CampaignAmended):
        asked = open_registrations_when_a_campaign_begins(said, units, version)
        yield from ((key, command) for key, command in asked if key not in opened)
