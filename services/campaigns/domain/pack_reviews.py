"""Reviews in a campaign pack: outline, annexes, papers and recipients as a file may give them, unknown fields refused.

Source: S003 I, III, S003-12 … S003-15, A8, A10.
"""

from typing import Annotated, Final

from pydantic import ConfigDict, Field

from chassis.facts.kinds import Day, Line, Paragraphs, Truth, Year
from contracts.campaigns import AnnexColumn, AnnexTable, OutlineSection, PlannedReview, ReviewPaper
from contracts.values import UnitKind
from services.campaigns.domain.document_commands import SYMBOL
from services.campaigns.domain.pack_parts import PackDocument, PackPeriod, PackRecipient, PackSignature

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")
_MOST: Final = 200
_Words = Annotated[str, Line(100, shortest=0, name=True)]
_Code = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
_Section = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$")]


class PackColumn(AnnexColumn):
    """A column of an annex, unknown fields refused."""

    model_config = _STRICT

    name: Annotated[str, Line(300, name=True)]
    group: Annotated[str, Line(40, shortest=0, name=True)] = ""
    mode_unknown: Truth = False
    measure: Annotated[str, Line(40, shortest=0, name=True)] = ""
    weighed: tuple[Annotated[str, Line(100, name=True)], ...] = Field(default=(), max_length=200)
    original: Annotated[int, Field(ge=1, le=100)] | None = None
    hint: Annotated[str, Line(300, shortest=0, name=True)] = ""
    source: _Words = ""


class PackTable(AnnexTable):
    """An annex, unknown fields refused."""

    model_config = _STRICT

    title: Annotated[str, Line(500, name=True)]
    columns: tuple[PackColumn, ...] = Field(min_length=1, max_length=50)
    first_year: Year
    last_year: Year
    partial: Truth = False
    source: _Words = ""


class PackSection(OutlineSection):
    """A section of an outline, unknown fields refused."""

    model_config = _STRICT

    key: _Section
    title: Annotated[str, Line(1000, name=True)]
    hint: Annotated[str, Paragraphs(2000, shortest=0)] = ""
    unit_kinds: tuple[UnitKind, ...] = Field(default=(), max_length=20)
    heading: Truth = False
    added: Truth = False
    source: _Words = ""


class PackPaper(ReviewPaper):
    """A paper that goes with a review, unknown fields refused. Names of persons belong on the signed paper."""

    model_config = _STRICT

    symbol: str = Field(pattern=SYMBOL)
    subject: Annotated[str, Line(500, name=True)]
    document: PackDocument | None = None
    based_on: tuple[PackDocument, ...] = Field(default=(), max_length=50)
    addressees: tuple[PackRecipient, ...] = Field(default=(), max_length=50)
    copy_recipients: tuple[PackRecipient, ...] = Field(default=(), max_length=50)
    archive: Annotated[str, Line(60, shortest=0, name=True)] = ""
    archive_copies: Annotated[int, Field(ge=1, le=99)] = 1
    signed_by: PackSignature | None = None
    body: Annotated[str, Paragraphs(20_000, shortest=0)] = ""
    source: _Words = ""


class PackReview(PlannedReview):
    """A review, unknown fields refused."""

    model_config = _STRICT

    code: _Code
    title: Annotated[str, Line(500, name=True)]
    period: PackPeriod  # type: ignore[assignment]  # an end before the start is a fault with its line
    unit_kinds: tuple[UnitKind, ...] = Field(max_length=20)
    before: Day
    refuse_late: Truth = False
    outline: tuple[PackSection, ...] = Field(default=(), max_length=_MOST)
    annexes: tuple[PackTable, ...] = Field(default=(), max_length=20)
    based_on: tuple[PackDocument, ...] = Field(default=(), max_length=50)
    guidance: PackPaper | None = None
    form: PackPaper | None = None
    source: _Words = ""
