"""Reactions of registry to others' events: event in, commands out."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from contracts.campaigns import CampaignAnnounced, CampaignLaunched
from contracts.registry import LinkedMovement, RegistrationOpened
from contracts.values import UnitKind
from services.registry.domain.registration import registration_id
from services.registry.domain.registration_commands import OpenRegistration


def open_registrations_when_a_campaign_begins(
    begun: CampaignAnnounced | CampaignLaunched, units: Iterable[tuple[UUID, UnitKind]]
) -> Iterator[tuple[UUID, OpenRegistration]]:
    """Every unit of the campaign's audience is asked to register, with the goals that apply to its kind.

    It is announced or launched, whichever comes first; a registration is opened once. Source: A1.
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
            movements=tuple(
                LinkedMovement(theme=each.theme, document=each.document) for each in begun.linked_campaigns
            ),
        )
        yield key, OpenRegistration(terms=terms)
