"""What can be found: units, campaigns and decisions by their own words, nominations by those of what they belong to.

A campaign is found by its aliases too. Source: A19.

Fed by registry, campaigns and awards. Names of people are registry's; nobody's stand here.
"""

from collections.abc import Iterable
from typing import Final, assert_never
from uuid import UUID

from sqlalchemy import Index

from chassis.facts.envelope import Recorded
from chassis.facts.folding import folded, marked, order_key
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from contracts.awards import AwardGranted, DecisionIssued, NominationDrafted, NominationSubmitted
from contracts.campaigns import CampaignAmended, CampaignAnnounced, CampaignLaunched
from contracts.registry import UnitChangeWithdrawn, UnitEstablished, UnitNameCorrected, UnitRenamed
from contracts.values import Document


class ThingRow(Row, named="search_things", key=("kind", "id")):
    """A unit, campaign or decision, which everybody may see: its title, its code or day, further lines of words."""

    kind: str
    id: UUID
    title: str
    title_folded: str
    title_marked: str
    order_key: str
    code: str
    code_folded: str
    lines: list[str]
    lines_folded: str
    lines_marked: str


class NominationRow(Row, named="search_nominations", key=("nomination_id",), by=(("unit_id",),)):
    """A nomination, which is seen in its unit and above: found by the words of its unit, campaign and award."""

    nomination_id: UUID
    unit_id: UUID
    campaign_id: UUID
    award: str
    year: int | None
    status: str


NAMES: Final = "title_folded || ' ' || code_folded"
"""What a thing is called."""

WORDS: Final = f"{NAMES} || ' ' || lines_folded"
"""All words of a thing, as its index has them."""

_columns = ThingRow.table.columns
Index(
    "search_things_by_words",
    (_columns.title_folded + " " + _columns.code_folded + " " + _columns.lines_folded).label("words"),
    postgresql_using="gin",
    postgresql_ops={"words": "gin_trgm_ops"},
)

Reads = (
    UnitEstablished
    | UnitNameCorrected
    | CampaignAnnounced
    | UnitRenamed
    | UnitChangeWithdrawn
    | CampaignLaunched
    | CampaignAmended
    | DecisionIssued
    | NominationDrafted
    | NominationSubmitted
    | AwardGranted
)


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """What can be found after a fact, and under which words."""
    match event := recorded.data:
        case UnitEstablished():
            yield ThingRow.put("unit", event.unit_id, **_title(event.name), **_code(event.code), **_lines([]))
        case UnitNameCorrected():
            yield ThingRow.put("unit", event.unit_id, **_title(event.name))
        case UnitRenamed() | UnitChangeWithdrawn():
            former = _lines(list(dict.fromkeys(event.former)))
            yield ThingRow.put("unit", event.unit_id, **_title(event.name), **_code(event.code), **former)
        case CampaignAnnounced() | CampaignLaunched() | CampaignAmended():
            linked = [each.document for each in event.linked_campaigns]
            papers = [_paper(each) for each in (event.document, *event.legal_bases, *linked)]
            lines = [*event.aliases, *papers, *dict.fromkeys(goal.name for goal in event.goals)]
            yield ThingRow.put(
                "campaign", event.campaign_id, **_title(event.theme), **_code(event.code), **_lines(lines)
            )
        case DecisionIssued():
            day, lines = event.signed_on.strftime("%d/%m/%Y"), [_paper(each) for each in event.legal_bases]
            yield ThingRow.put("decision", event.decision_id, **_title(event.number), **_code(day), **_lines(lines))
        case NominationDrafted():
            place = event.model_dump(include={"unit_id", "campaign_id", "award", "year"})
            yield NominationRow.put(event.nomination_id, **place, status="draft")
        case NominationSubmitted():
            yield NominationRow.put(event.nomination_id, status="submitted")
        case AwardGranted():
            yield NominationRow.put(event.nomination_id, status="granted")
        case _:
            assert_never(event)


def _title(text: str) -> dict[str, str]:
    return {"title": text, "title_folded": folded(text), "title_marked": marked(text), "order_key": order_key(text)}


def _code(code: str) -> dict[str, str]:
    return {"code": code, "code_folded": folded(code)}


def _lines(lines: list[str]) -> dict[str, object]:
    whole = "\n".join(lines)
    return {"lines": lines, "lines_folded": folded(whole), "lines_marked": marked(whole)}


def _paper(document: Document) -> str:
    return f"{document.number}: {document.title}" if document.title else document.number


SEARCH: Final = Projection("search", 2, [ThingRow.table, NominationRow.table], project)
LEARNS: Final[tuple[Learns, ...]] = (
    (SEARCH, tuple(events_topic(name) for name in ("registry", "campaigns", "awards"))),
)
