"""What may be asked of an official document, each step in the words of its button. Source: M-1, B12, B13."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Day, Line, Paragraphs, Truth
from chassis.facts.offers import offered
from contracts.campaigns import DispatchWay, RecipientPurpose
from contracts.values import DocumentKind, SigningCapacity, UnitKind

SHA256: Final = r"^[0-9a-f]{64}$"
SYMBOL: Final = r"^[A-ZĐ][A-Za-zĐđ]{0,14}(-[A-ZĐ][A-Za-zĐđ]{0,14}){0,3}$"
"""Form of a symbol, such as KH-BHXH or BHXH-TĐKT. Source: M-1."""

NUMBER: Final = r"^[1-9][0-9]{0,5}[a-z]?$"
_NO_SCAN: Final = "0" * 64
_ASKED: Final = ConfigDict(frozen=True, extra="forbid")


class Cited(BaseModel):
    """A document by number and day."""

    model_config = _ASKED

    number: Annotated[str, Line(60, name=True)]
    issued_on: Day
    title: Annotated[str, Line(1000, shortest=0)] = ""


class Basis(BaseModel):
    """A document on which this one rests: by its id here, or by number and day. Source: M-3."""

    model_config = _ASKED

    document_id: UUID | None = None
    document: Cited | None = None


class Named(BaseModel):
    """One entry of Kính gửi or Nơi nhận; one without kinds and units is outside the platform. Source: M-2."""

    model_config = _ASKED

    name: Annotated[str, Line(300)]
    purpose: RecipientPurpose
    unit_kinds: tuple[UnitKind, ...] = Field(default=(), max_length=20)
    unit_ids: tuple[UUID, ...] = Field(default=(), max_length=200)
    as_addressed: Truth = False


class Written(BaseModel):
    """What a document is to say. Names of persons belong on the signed paper, not here."""

    model_config = _ASKED

    kind: DocumentKind
    symbol: str = Field(pattern=SYMBOL, examples=["KH-BHXH"])
    subject: Annotated[str, Line(500)]
    place: Annotated[str, Line(100)]
    legal_bases: tuple[Cited, ...] = Field(default=(), max_length=50)
    addressees: tuple[Named, ...] = Field(default=(), max_length=50)
    copies: tuple[Named, ...] = Field(default=(), max_length=50)
    archive: Annotated[str, Line(60, shortest=0)] = ""
    archive_copies: int = Field(default=1, ge=1, le=99)
    body: Annotated[str, Paragraphs(20_000, shortest=0)] = ""
    based_on: tuple[Basis, ...] = Field(default=(), max_length=50)


class DraftDocument(Command):
    """Prepare a document of a unit."""

    document_id: UUID
    unit_id: UUID
    content: Written


@offered(vi="Sửa dự thảo", en="Change the draft", trials=lambda document, _: _revisions(document))
class ReviseDocument(Command):
    """Say something else in a draft; it is then checked anew."""

    content: Written


@offered(vi="Kiểm tra xong", en="Found right")
class CheckDocument(Command):
    """Find the draft of somebody else right."""


@offered(vi="Ký văn bản", en="Sign", trials=lambda _, known: _signatures(known), by=("capacity",))
class SignDocument(Command):
    """Sign the document in a capacity, here and today. Source: B5."""

    capacity: SigningCapacity


@offered(
    vi="Nhập bản đã ký trên giấy",
    en="Enter a signature on paper",
    trials=lambda _, known: _on_paper(known),
    by=("signed_by", "capacity"),
)
class EnterPaperSigning(Command):
    """Enter that somebody signed on paper, on which day, with the SHA-256 of the scan. Source: B12."""

    signed_by: UUID
    capacity: SigningCapacity
    happened_on: Day
    evidence: str = Field(pattern=SHA256)


@offered(vi="Xác nhận nhập chậm", en="Confirm the late entry")
class ConfirmPaperSigning(Command):
    """Confirm, as a second person, a signature on paper that was entered late. Source: B12."""


@offered(
    vi="Cấp số, ngày", en="Number and date", trials=lambda _, known: [NumberDocument(number="1", dated=known.today)]
)
class NumberDocument(Command):
    """Give the document its number of the issuer's book, and its day, as the clerk entered them by hand."""

    number: str = Field(pattern=NUMBER, examples=["4225"])
    dated: Day


@offered(vi="Ban hành", en="Issue")
class IssueDocument(Command):
    """Put the document in force; its recipients are those that stood on its day. Source: M-2."""


@offered(vi="Gửi đến các đơn vị nhận", en="Send to its recipients")
class SendDocument(Command):
    """Send the document to all its recipients on the platform. Source: M-2."""


@offered(
    vi="Ghi việc gửi ra ngoài",
    en="Enter a dispatch",
    trials=lambda document, known: _dispatches(document, known.today),
    by=("recipient",),
)
class DispatchDocument(Command):
    """Enter how and when the document went to somebody outside. Source: B13."""

    recipient: Annotated[str, Line(300)]
    way: DispatchWay
    reference: Annotated[str, Line(100, shortest=0)] = ""
    happened_on: Day


@offered(vi="Đính chính", en="Correct", trials=lambda *_: [CorrectDocument(wrong="a", right="b")])
class CorrectDocument(Command):
    """Say what to read instead of a mistake in an issued document. Source: B13."""

    wrong: Annotated[str, Paragraphs(1000)]
    right: Annotated[str, Paragraphs(1000)]


@offered(
    vi="Thay thế",
    en="Replace",
    trials=lambda _, known: [ReplaceDocument(replaced_by=each) for each in known.successors or {UUID(int=0)}],
    by=("replaced_by",),
)
class ReplaceDocument(Command):
    """Let an issued document that rests on this one hold in its place. Source: B13, M-3."""

    replaced_by: UUID


@offered(vi="Thu hồi", en="Recall", trials=lambda *_: [RecallDocument(reason="a")])
class RecallDocument(Command):
    """Take an issued document back. Source: B13."""

    reason: Annotated[str, Paragraphs(1000)]


Preparing = ReviseDocument | CheckDocument | SignDocument | EnterPaperSigning | ConfirmPaperSigning | NumberDocument
"""What is done with a draft."""

Issuing = IssueDocument | SendDocument | DispatchDocument | CorrectDocument | ReplaceDocument | RecallDocument
"""What follows the number."""

DocumentCommand = DraftDocument | Preparing | Issuing


def _revisions(document: Any) -> Iterable[ReviseDocument]:
    if document.content is not None:
        said = Written(
            kind=document.content.kind,
            symbol=document.content.symbol,
            subject=f"{document.content.subject[:490]} (sửa)",
            place=document.content.place,
        )
        yield ReviseDocument(content=said)


def _signatures(known: Any) -> Iterable[SignDocument]:
    for capacity in known.own or (SigningCapacity.DIRECT,):
        yield SignDocument(capacity=capacity)


def _on_paper(known: Any) -> Iterable[EnterPaperSigning]:
    for person, capacities in known.signers.items():
        for capacity in capacities:
            yield EnterPaperSigning(signed_by=person, capacity=capacity, happened_on=known.today, evidence=_NO_SCAN)


def _dispatches(document: Any, today: date) -> Iterable[DispatchDocument]:
    for each in document.issued.outside if document.issued else ():
        yield DispatchDocument(recipient=each.name, way=DispatchWay.POST, happened_on=today)
