"""What may be asked of a scorecard, in the words of buttons, and what the rules want to know from elsewhere."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Day, Figure, Paragraphs, Truth, Year
from chassis.facts.offers import offered
from contracts.values import FileKind, Indicator, Measure, RegistrationChange, StoredFile, Target
from services.campaigns.domain.pack_parts import PackDocument
from services.campaigns.domain.scorecard_state import Place, Scorecard


@dataclass(frozen=True, slots=True)
class Known:
    """What the rules want to know: who is excused, official denominators, plans in force at the year's end, names.

    `excused` are persons who may verify though it is their own work: a head above has allowed it. `due` are the days of
    the unit's reports for the campaign, each with whether nothing is taken any more. `files_for` is the unit directly
    above, where the person files for it on behalf.
    """

    excused: frozenset[UUID] = frozenset()
    bases: Mapping[Place, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    plans: Mapping[Place, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cancelled: bool = False
    due: tuple[tuple[date, bool], ...] = ()
    files_for: UUID | None = None

    def closed_on(self, until: date) -> date | None:
        """The day before which a report on what ends on a day was due, where it is taken no more."""
        days = [day for day, _ in self.due if day > until]
        open_ones = [day for day, closed in self.due if not closed]
        return min(days) if days and min(days) not in open_ones else None

    def official(self, target: Target) -> Decimal | None:
        """The figure by which results of a target are divided, where it is not the unit's to say."""
        figures = self.plans if target.measure is Measure.PERCENT_OF_PLAN else self.bases
        return figures.get((target.indicator, target.year))


NOTHING_KNOWN = Known()

_Reason = Annotated[str, Paragraphs(1000)]
_Evidence = Annotated[str, Paragraphs(2000, shortest=0)]
_TRIED = "…"


def _reports(card: Scorecard, known: Known | None) -> Iterator["ReportResult"]:
    """Results that could be meant, for each target: what it asks for, with and without a word on it."""
    for (indicator, year), target in card.targets.items():
        official = (known or NOTHING_KNOWN).official(target)
        figures: dict[str, Any] = {"value": target.value} if official is None else {"numerator": Decimal(0)}
        for evidence in ("", _TRIED):
            yield ReportResult(indicator=indicator, year=year, evidence=evidence, **figures)


def _corrections(card: Scorecard, known: Known | None) -> Iterator["CorrectResult"]:
    for indicator, year in card.results:
        target = card.targets.get((indicator, year))
        official = target and (known or NOTHING_KNOWN).official(target)
        for value in (Decimal(0), Decimal(1)):
            figures: dict[str, Any] = {"value": value} if official is None else {"numerator": value}
            yield CorrectResult(indicator=indicator, year=year, reason=_TRIED, **figures)


def _deletions(card: Scorecard, _: object) -> Iterable["DeleteEvidenceBytes"]:
    return (
        DeleteEvidenceBytes(indicator=name, year=year, sha256=digest, reason=_TRIED)
        for (name, year), files in card.files.items()
        for digest in files
    )


class OpenScorecard(Command):
    """Hold a unit's results in a campaign against these confirmed targets; a later version replaces them."""

    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]
    revision: int = 1
    change: RegistrationChange | None = None


class _OfAPlace(Command):
    indicator: Indicator
    year: Year


class _Figures(_OfAPlace):
    value: Figure | None = Field(default=None, description="Per cent, at most 6 decimal places; or the two parts.")
    numerator: Figure | None = None
    denominator: Figure | None = Field(
        default=None, description="Left out where there is an official base figure or an assigned plan."
    )
    evidence: _Evidence = ""


class History(BaseModel):
    """The papers by which a result of earlier years is entered, and the day of what happened. Source: A1, B12."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    happened_on: Day
    document: PackDocument | None = None
    evidence: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""


@offered(vi="Báo cáo kết quả", en="Report a result", trials=_reports, by=("indicator", "year"))
class ReportResult(_Figures):
    """State what was reached for one indicator and year: a per cent, or the two parts of one.

    `through` is the last day that the figures cover, the year's by default; an estimate attains nothing. `paper` is the
    hash of the unit's signed paper, where it is filed on the unit's behalf. With `history` it is one of earlier years.
    """

    through: Day | None = None
    estimate: Truth = False
    paper: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    history: History | None = None


@offered(
    vi="Xác nhận kết quả",
    en="Verify a result",
    trials=lambda card, _: (VerifyResult(indicator=name, year=year) for name, year in card.results),
    by=("indicator", "year"),
)
class VerifyResult(_OfAPlace):
    """Find the reported result of one indicator and year right."""


@offered(
    vi="Trả lại kết quả",
    en="Return a result",
    trials=lambda card, _: (ReturnResult(indicator=name, year=year, reason=_TRIED) for name, year in card.results),
    by=("indicator", "year"),
)
class ReturnResult(_OfAPlace):
    """Send a reported result back to the unit, which reports it anew."""

    reason: _Reason


@offered(vi="Đính chính kết quả", en="Correct a result", trials=_corrections, by=("indicator", "year"))
class CorrectResult(_Figures):
    """State what a verified result should have been: its next version, which is to be verified and judged anew."""

    reason: _Reason


@offered(
    vi="Đính kèm minh chứng",
    en="Attach evidence",
    trials=lambda card, _: (
        AttachEvidence(indicator=name, year=year, file=StoredFile(sha256="0" * 64, kind=FileKind.PDF, size=1))
        for name, year in card.targets
    ),
    by=("indicator", "year"),
)
class AttachEvidence(_OfAPlace):
    """Attach a file, the body of the request, to the result of one indicator and year."""

    file: StoredFile


@offered(
    vi="Xóa nội dung tệp minh chứng",
    en="Delete the bytes of evidence",
    trials=_deletions,
    by=("indicator", "year", "sha256"),
)
class DeleteEvidenceBytes(_OfAPlace):
    """Delete the bytes of a file; its hash, and that it was there, stay."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: _Reason


@offered(
    vi="Nộp thay kết quả của đơn vị cấp dưới",
    en="File results on behalf of a unit below",
    trials=lambda _, __: [
        FileResultsOnBehalf(paper=StoredFile(sha256="0" * 64, kind=FileKind.PDF, size=1), signed_on=date(2000, 1, 1))
    ],
)
class FileResultsOnBehalf(Command):
    """Keep the paper on which a unit directly below has signed its results: the body. They are reported by it then."""

    paper: StoredFile
    signed_on: Day


class Recompute(Command):
    """Divide results by the official figures as they are now."""


ScorecardCommand = (
    OpenScorecard
    | ReportResult
    | VerifyResult
    | ReturnResult
    | CorrectResult
    | AttachEvidence
    | DeleteEvidenceBytes
    | FileResultsOnBehalf
    | Recompute
)
