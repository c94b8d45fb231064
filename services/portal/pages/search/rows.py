"""What can be found: units, campaigns and decisions by their own words, nominations by those of what they belong to.

A campaign is found by its aliases too. Source: A19. Documents and exemplars are seen in their units and above.
Source: M-4.

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
from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignLaunched,
    DocumentDrafted,
    DocumentIssued,
    DocumentNumbered,
    DocumentRevised,
    ExemplarAcclaimed,
    ExemplarIdentified,
    ExemplarRefused,
    ExemplarWithdrawn,
    ReceiptAwaited,
)
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


class OwnRow(Row, named="search_own", key=("kind", "id"), by=(("kind", "unit_id"), ("kind", "of_id"))):
    """A document, one that came in, or an exemplar: seen in its unit and above, found by its words and by its unit's.

    `of_id` is the unit whose words count: of a document the one that issues it.
    """

    kind: str
    id: UUID
    unit_id: UUID
    of_id: UUID
    title: str
    title_folded: str
    title_marked: str
    order_key: str
    code: str
    code_folded: str
    lines: list[str]
    lines_folded: str
    lines_marked: str
    status: str


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

for _name, _columns in (
    ("search_things_by_words", ThingRow.table.columns),
    ("search_own_by_words", OwnRow.table.columns),
):
    Index(
        _name,
        (_columns.title_folded + " " + _columns.code_folded + " " + _columns.lines_folded).label("words"),
        postgresql_using="gin",
        postgresql_ops={"words": "gin_trgm_ops"},
    )

_Document = DocumentDrafted | DocumentRevised | DocumentNumbered | DocumentIssued | ReceiptAwaited
_Exemplar = ExemplarIdentified | ExemplarAcclaimed | ExemplarRefused | ExemplarWithdrawn

_Everybodys = (
    UnitEstablished
    | UnitNameCorrected
    | CampaignAnnounced
    | UnitRenamed
    | UnitChangeWithdrawn
    | CampaignLaunched
    | CampaignAmended
    | DecisionIssued
)
Reads = _Everybodys | NominationDrafted | NominationSubmitted | AwardGranted | _Document | _Exemplar


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """What can be found after a fact, and under which words."""
    event = recorded.data
    if isinstance(event, _Document):
        yield from _of_a_document(event)
    elif isinstance(event, _Exemplar):
        yield from _of_an_exemplar(event)
    elif isinstance(event, NominationDrafted | NominationSubmitted | AwardGranted):
        yield from _of_a_nomination(event)
    else:
        yield from _of_everybody(event)


def _of_everybody(event: _Everybodys) -> Iterable[Change]:
    match event:
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
        case _:
            assert_never(event)


def _of_a_nomination(event: NominationDrafted | NominationSubmitted | AwardGranted) -> Iterable[Change]:
    match event:
        case NominationDrafted():
            place = event.model_dump(include={"unit_id", "campaign_id", "award", "year"})
            yield NominationRow.put(event.nomination_id, **place, status="draft")
        case NominationSubmitted():
            yield NominationRow.put(event.nomination_id, status="submitted")
        case AwardGranted():
            yield NominationRow.put(event.nomination_id, status="granted")
        case _:
            assert_never(event)


def _of_a_document(event: _Document) -> Iterable[Change]:
    """A document's number counts once it is given; of what came in, the words are those of its issuer."""
    key = ("document", event.document_id)
    match event:
        case DocumentDrafted(content=content) | DocumentRevised(content=content):
            cited = [each.document for each in content.based_on]
            lines = [content.symbol, *(_paper(each) for each in (*content.legal_bases, *cited))]
            place = {"unit_id": event.unit_id, "of_id": event.unit_id, "status": "draft"}
            yield OwnRow.put(*key, **place, **_title(content.subject), **_code(""), **_lines(lines))
        case DocumentNumbered(number=number) | DocumentIssued(number=number):
            yield OwnRow.put(*key, **_code(number))
        case ReceiptAwaited(receipt_id=receipt, number=number):
            place = {"unit_id": event.unit_id, "of_id": event.issuer_id, "status": ""}
            words = {**_title(event.subject), **_code(number), **_lines([])}
            yield OwnRow.put("incoming", receipt, **place, **words)
        case _:
            assert_never(event)


def _of_an_exemplar(event: _Exemplar) -> Iterable[Change]:
    key = ("exemplar", event.exemplar_id)
    match event:
        case ExemplarIdentified(unit_id=unit, title=title, merit=merit):
            words = {**_title(title), **_code(""), **_lines([merit])}
            yield OwnRow.put(*key, unit_id=unit, of_id=unit, status="identified", **words)
        case ExemplarAcclaimed():
            yield OwnRow.put(*key, status="acclaimed")
        case ExemplarRefused():
            yield OwnRow.put(*key, status="refused")
        case ExemplarWithdrawn():
            yield OwnRow.put(*key, status="withdrawn")
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


SEARCH: Final = Projection("search", 2, [ThingRow.table, OwnRow.table, NominationRow.table], project)
LEARNS: Final[tuple[Learns, ...]] = (
    (SEARCH, tuple(events_topic(name) for name in ("registry", "campaigns", "awards"))),
)
