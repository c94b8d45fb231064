"""What facts of a unit itself and of its people are told as: the sentence, who may read it, what stands in it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, assert_never
from uuid import UUID

from contracts.registry import (
    DutiesTakenOver,
    EstablishmentAssigned,
    HeadcountCorrected,
    HeadcountEvent,
    HeadcountReported,
    Heads,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitNameCorrected,
    UnitRenamed,
    UnitSplit,
)


class Seen(StrEnum):
    """Who may read of a fact: everybody; whoever holds a role in the unit or above; of those, who reads nominations."""

    PUBLIC = "public"
    OWN = "own"
    NOMINATIONS = "nominations"


Told = tuple[str, Seen, UUID | None, Mapping[str, Any]]
"""The sentence's name, who may read it, what it leads to, and what stands in it."""

_Dated = UnitRenamed | UnitMoved | UnitMerged | UnitSplit | UnitDissolved | DutiesTakenOver


def people_fact(event: HeadcountEvent) -> Told:
    """What a fact of a unit's people or posts is told as."""
    match event:
        case HeadcountReported(heads=heads):
            return "headcount_reported", Seen.OWN, None, {"people": _all(heads)}
        case HeadcountCorrected(on=on, heads=heads, previous=previous, reason=reason):
            said = {"day": str(on), "people": _all(heads), "was": _all(previous), "reason": reason}
            return "headcount_corrected", Seen.OWN, None, said
        case EstablishmentAssigned(posts=posts):
            return "establishment_assigned", Seen.OWN, None, {**paper(event), "posts": str(posts)}
        case _:
            assert_never(event)


def _all(heads: Iterable[Heads]) -> str:
    return str(sum(each.people for each in heads))


def paper(event: _Dated | EstablishmentAssigned) -> dict[str, Any]:
    """The paper on which a fact rests."""
    basis = event.basis
    return {"number": basis.number, "issuer": basis.issuer, "issued_on": str(basis.issued_on)}


def unit_fact(event: UnitEvent) -> Told:
    """What a fact of a unit itself is told as."""
    match event:
        case UnitEstablished(parent_id=None, name=name):
            return "established", Seen.PUBLIC, None, {"named": name}
        case UnitEstablished(parent_id=parent, name=name):
            return "established_below", Seen.PUBLIC, None, {"named": name, "parent": str(parent)}
        case UnitNameCorrected(name=name, previous=previous):
            return "name_corrected", Seen.PUBLIC, None, {"named": name, "previous": previous}
        case UnitJoinedBloc(bloc_id=bloc) | UnitLeftBloc(bloc_id=bloc):
            kind = "bloc_joined" if isinstance(event, UnitJoinedBloc) else "bloc_left"
            return kind, Seen.PUBLIC, None, {"units": [str(bloc)]}
        case UnitChangeWithdrawn(name=name, reason=reason):
            return "change_withdrawn", Seen.PUBLIC, None, {"named": name, "reason": reason}
        case _:
            return _changed(event)


def _changed(event: _Dated) -> Told:
    by = paper(event)
    match event:
        case UnitRenamed(name=name, former=former):
            return "renamed", Seen.PUBLIC, None, by | {"named": name, "previous": former[-1]}
        case UnitMoved(parent_id=parent, previous_id=previous):
            return "moved", Seen.PUBLIC, None, by | {"units": [str(parent)], "left": [str(previous)]}
        case UnitMerged(successor_id=successor):
            return "merged", Seen.PUBLIC, None, by | {"units": [str(successor)]}
        case UnitSplit(successor_ids=successors):
            return "split", Seen.PUBLIC, None, by | {"units": [str(each) for each in successors]}
        case UnitDissolved():
            return "dissolved", Seen.PUBLIC, None, by
        case DutiesTakenOver(to_id=to):
            return "taken_over", Seen.PUBLIC, None, by | {"units": [str(to)]}
        case _:
            assert_never(event)
