"""Events of a signing delegation: who signs which papers of a unit for whom, in which capacity, from when to when."""

from typing import ClassVar
from uuid import UUID

from contracts.exact import Day
from contracts.registry.base import RegistryEvent
from contracts.values import Document, DocumentKind, SigningCapacity


class SigningDelegated(RegistryEvent):
    """Somebody signs papers of a unit for its head, from `since` to `until` (both included; None: until it is ended).

    `principal_id` is whose signature it is, `signer_id` who signs; `kinds` are the papers, none named means all.
    `basis` is the paper that says so. Source: B5.
    """

    delegation_id: UUID
    unit_id: UUID
    principal_id: UUID
    signer_id: UUID
    capacity: SigningCapacity
    kinds: tuple[DocumentKind, ...] = ()
    since: Day
    until: Day | None = None
    basis: Document


class SigningEnded(RegistryEvent):
    """A delegation ends: its last day is the day before `on`."""

    takes_away: ClassVar[bool] = True
    delegation_id: UUID
    unit_id: UUID
    principal_id: UUID
    signer_id: UUID
    on: Day


SigningEvent = SigningDelegated | SigningEnded
"""What may stand in the stream of a signing delegation: its `evolve` answers to each."""
