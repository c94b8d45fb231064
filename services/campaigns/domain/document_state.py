"""What is known of a document after its facts, and what its rules want to know besides. Source: B12, B13."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.decider import hand
from contracts.campaigns import (
    Content,
    DocumentChecked,
    DocumentCorrected,
    DocumentDispatched,
    DocumentDrafted,
    DocumentEvent,
    DocumentIssued,
    DocumentNumbered,
    DocumentRecalled,
    DocumentReplaced,
    DocumentRevised,
    DocumentSent,
    DocumentSigned,
    OutsideRecipient,
    PaperSigningEntered,
    SentTo,
)
from contracts.values import Document, SigningCapacity

NOBODY: Final = UUID(int=0)
Before = DocumentDrafted | DocumentRevised | DocumentChecked | PaperSigningEntered | DocumentSigned | DocumentNumbered
"""What happens to a document before it is issued."""

After = DocumentIssued | DocumentSent | DocumentDispatched | DocumentCorrected | DocumentReplaced | DocumentRecalled
"""Its issue, and what happens to it from then on."""


class Status(StrEnum):
    """How far a document has come."""

    DRAFT = "draft"
    CHECKED = "checked"
    SIGNED = "signed"
    NUMBERED = "numbered"
    ISSUED = "issued"
    SENT = "sent"
    REPLACED = "replaced"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """What is written (None: nothing yet), by whom, and what has happened to it so far."""

    document_id: UUID = NOBODY
    unit_id: UUID = NOBODY
    content: Content | None = None
    writers: frozenset[UUID] = frozenset()
    checked: bool = False
    entered: PaperSigningEntered | None = None
    entered_by: frozenset[UUID] = frozenset()
    signed: DocumentSigned | None = None
    numbered: DocumentNumbered | None = None
    issued: DocumentIssued | None = None
    sent: bool = False
    dispatched: frozenset[str] = frozenset()
    corrections: tuple[DocumentCorrected, ...] = ()
    replaced_by: UUID | None = None
    recalled: DocumentRecalled | None = None

    @property
    def status(self) -> Status:
        """How far it has come."""
        for status, reached in (
            (Status.RECALLED, self.recalled), (Status.REPLACED, self.replaced_by), (Status.SENT, self.sent),
            (Status.ISSUED, self.issued), (Status.NUMBERED, self.numbered), (Status.SIGNED, self.signed),
            (Status.CHECKED, self.checked),
        ):  # fmt: skip
            if reached:
                return status
        return Status.DRAFT

    @property
    def holds(self) -> bool:
        """Whether it is in force."""
        return self.issued is not None and self.recalled is None and self.replaced_by is None

    @property
    def cited(self) -> Document | None:
        """Its number and day as others cite it, None before it is issued."""
        if self.issued is None or self.content is None:
            return None
        return Document(number=self.issued.number, issued_on=self.issued.issued_on, title=self.content.subject)


Capacities = Mapping[SigningCapacity, UUID | None]
"""In which capacities somebody may sign, and each time for whom: None where it is the signer's own office."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules want to know besides the document.

    `on_time_since`: the first day of which an entry is not late today. `signers`: who may sign for the unit, on the day
    that is asked about; `own` are the asker's capacities. `excused`: a head above lets the asker sign their own draft.
    `units` and `bodies`: recipients on and
    outside the platform, as they stood on the document's day. `bases`: documents that are cited by id, as others cite
    them. `successors`: documents in force of the same unit that rest on this one.
    """

    today: date = date.min
    on_time_since: date = date.min
    own: Capacities = field(default_factory=dict)
    signers: Mapping[UUID, Capacities] = field(default_factory=dict)
    excused: bool = False
    units: tuple[SentTo, ...] = ()
    bodies: tuple[OutsideRecipient, ...] = ()
    bases: Mapping[UUID, Document] = field(default_factory=dict)
    successors: frozenset[UUID] = frozenset()


def evolve(document: OfficialDocument, event: DocumentEvent) -> OfficialDocument:
    """The document after an event of its stream."""
    return _before(document, event) if isinstance(event, Before) else _after(document, event)


def _after(document: OfficialDocument, event: After) -> OfficialDocument:
    match event:
        case DocumentIssued():
            return replace(document, issued=event)
        case DocumentSent():
            return replace(document, sent=True)
        case DocumentDispatched():
            return replace(document, dispatched=document.dispatched | {event.recipient})
        case DocumentCorrected():
            return replace(document, corrections=(*document.corrections, event))
        case DocumentReplaced():
            return replace(document, replaced_by=event.replaced_by)
        case DocumentRecalled():
            return replace(document, recalled=event)
        case _:
            assert_never(event)


def _before(document: OfficialDocument, event: Before) -> OfficialDocument:
    match event:
        case DocumentDrafted(document_id=key, unit_id=unit, drafted_by=writer):
            writers = document.writers | hand(writer)
            return replace(document, document_id=key, unit_id=unit, content=event.content, writers=writers)
        case DocumentRevised():
            return replace(document, content=event.content, checked=False)
        case DocumentChecked():
            return replace(document, checked=True)
        case PaperSigningEntered():
            return replace(document, entered=event)
        case DocumentSigned():
            return replace(document, signed=event)
        case DocumentNumbered():
            return replace(document, numbered=event)
        case _:
            assert_never(event)


def signed(document: OfficialDocument, event: DocumentEvent, actor: UUID) -> OfficialDocument:
    """The document once it is known who caused an event: who wrote it, who entered a signature."""
    match event:
        case DocumentDrafted() | DocumentRevised():
            return replace(document, writers=document.writers | {actor})
        case PaperSigningEntered():
            return replace(document, entered_by=document.entered_by | {actor})
        case _:
            return document
