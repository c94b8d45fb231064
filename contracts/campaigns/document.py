"""Events of an official document: drafted, checked, signed, numbered, issued, sent, and what became of it afterwards.

Source: M-1, M-2, M-3, B12, B13.
"""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from contracts.campaigns.base import CampaignsEvent
from contracts.campaigns.terms import CopyRecipient, RecipientPurpose
from contracts.event import Fact
from contracts.exact import Count, Day, Flag
from contracts.values import Document, DocumentKind, SigningCapacity


class DispatchWay(StrEnum):
    """How a document goes to somebody who is not on the platform."""

    POST = "post"
    BY_HAND = "by_hand"
    NATIONAL_AXIS = "national_axis"
    EMAIL = "email"


class Recipient(CopyRecipient):
    """One entry of Kính gửi or Nơi nhận: a group of units by kind, units by id, or a name outside the platform."""

    unit_ids: tuple[UUID, ...] = ()


class BasedOn(Fact):
    """A document on which another one rests: by its id where it is here, always by number and day. Source: M-3."""

    document: Document
    document_id: UUID | None = None


class Content(Fact):
    """What a document says; `body` is empty where the text is on paper alone, of which a scan shows it is signed."""

    kind: DocumentKind
    symbol: str
    subject: str
    place: str
    legal_bases: tuple[Document, ...] = ()
    addressees: tuple[Recipient, ...] = ()
    copies: tuple[Recipient, ...] = ()
    archive: str = ""
    archive_copies: Count = 1
    body: str = ""
    based_on: tuple[BasedOn, ...] = ()


class SentTo(Fact):
    """A unit to which a document goes, and what for."""

    unit_id: UUID
    purpose: RecipientPurpose


class OutsideRecipient(Fact):
    """Somebody who is not on the platform, to whom a document goes by another way."""

    name: str = Field(min_length=1, max_length=300)
    purpose: RecipientPurpose


class DocumentDrafted(CampaignsEvent):
    """A unit prepares a document."""

    document_id: UUID
    unit_id: UUID
    content: Content
    drafted_by: UUID | None = None


class DocumentRevised(CampaignsEvent):
    """A draft says something else now; whatever check it had passed does not count any more."""

    document_id: UUID
    unit_id: UUID
    content: Content


class DocumentChecked(CampaignsEvent):
    """Somebody else than who wrote it has found the draft right."""

    document_id: UUID
    unit_id: UUID


class PaperSigningEntered(CampaignsEvent):
    """A signature that stands on paper since `happened_on` was entered late: a second person has yet to confirm it."""

    document_id: UUID
    unit_id: UUID
    capacity: SigningCapacity
    signed_by: UUID
    signed_for: UUID | None = None
    happened_on: Day
    evidence: str


class DocumentSigned(CampaignsEvent):
    """A document is signed by a person in a capacity; `signed_for` is whose head's signature it stands for.

    `evidence` is the SHA-256 of the scan of what was signed on paper. `late_entry`: it was entered more working days
    after `happened_on` than an entry may take, so that no verdict given before may follow from it without saying so.
    """

    document_id: UUID
    unit_id: UUID
    capacity: SigningCapacity
    signed_by: UUID
    signed_for: UUID | None = None
    happened_on: Day
    evidence: str = ""
    late_entry: Flag = False


class DocumentNumbered(CampaignsEvent):
    """The clerk has given a document its number in the book of its kind, and the day that stands on it."""

    document_id: UUID
    unit_id: UUID
    kind: DocumentKind
    number: str
    dated: Day
    late_entry: Flag = False


class NumberTaken(CampaignsEvent):
    """A number of a unit's book of a year belongs to this document; `entry_id` is the number's own. Never reused."""

    entry_id: UUID
    unit_id: UUID
    book: str
    year: Count
    number: str
    document_id: UUID


class DocumentIssued(CampaignsEvent):
    """A document is in force; its recipients are the units as they stood on that day, and those outside by name."""

    document_id: UUID
    unit_id: UUID
    number: str
    subject: str
    issued_on: Day
    units: tuple[SentTo, ...]
    outside: tuple[OutsideRecipient, ...] = ()
    based_on: tuple[BasedOn, ...] = ()


class DocumentSent(CampaignsEvent):
    """A document has gone to all its recipients on the platform; each one's receipt is awaited."""

    document_id: UUID
    unit_id: UUID
    number: str
    recipients: Count


class DocumentDispatched(CampaignsEvent):
    """A document has gone to somebody outside, by hand: in which way, when, under which reference."""

    document_id: UUID
    unit_id: UUID
    recipient: str
    way: DispatchWay
    reference: str
    happened_on: Day
    late_entry: Flag = False


class DocumentCorrected(CampaignsEvent):
    """A mistake in an issued document is put right (đính chính): its recipients are told what to read instead."""

    document_id: UUID
    unit_id: UUID
    number: str
    subject: str
    wrong: str
    right: str
    units: tuple[UUID, ...]


class DocumentReplaced(CampaignsEvent):
    """An issued document is replaced by another one, which says what holds from now on."""

    document_id: UUID
    unit_id: UUID
    number: str
    subject: str
    replaced_by: UUID
    units: tuple[UUID, ...]


class DocumentRecalled(CampaignsEvent):
    """An issued document is taken back: nobody acts on it any more."""

    document_id: UUID
    unit_id: UUID
    number: str
    subject: str
    reason: str
    units: tuple[UUID, ...]


class ReceiptAwaited(CampaignsEvent):
    """A document has been sent to a unit, which enters it in its incoming book. Source: B13."""

    receipt_id: UUID
    document_id: UUID
    unit_id: UUID
    issuer_id: UUID
    purpose: RecipientPurpose
    number: str
    subject: str
    issued_on: Day


class ReceiptEntered(CampaignsEvent):
    """A receipt was entered late: a second person of the unit has yet to confirm it. Source: B12."""

    receipt_id: UUID
    document_id: UUID
    unit_id: UUID
    number: str
    received_on: Day
    evidence: str


class DocumentReceived(CampaignsEvent):
    """A unit has received a document under this number of its incoming book; the day decides what is late.

    `late_entry` as of DocumentSigned: a verdict that stands already does not change for it without a flag. Source: B12.
    """

    receipt_id: UUID
    document_id: UUID
    unit_id: UUID
    number: str
    received_on: Day
    evidence: str = ""
    late_entry: Flag = False


DocumentEvent = (
    DocumentDrafted
    | DocumentRevised
    | DocumentChecked
    | PaperSigningEntered
    | DocumentSigned
    | DocumentNumbered
    | DocumentIssued
    | DocumentSent
    | DocumentDispatched
    | DocumentCorrected
    | DocumentReplaced
    | DocumentRecalled
)
"""What may stand in the stream of a document: its `evolve` answers to each."""

BookEvent = NumberTaken
"""What may stand in the stream of a number in a book: its `evolve` answers to each."""

ReceiptEvent = ReceiptAwaited | ReceiptEntered | DocumentReceived
"""What may stand in the stream of a unit's receipt of a document: its `evolve` answers to each."""
