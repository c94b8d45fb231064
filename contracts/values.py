"""Values that several services' events share: periods, documents, goals and targets."""

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Self, TypeVar

from pydantic import Field, model_validator

from contracts.event import Fact
from contracts.exact import Count, Day, Figure

_WHOLE = 100
_N = TypeVar("_N", Decimal, Fraction)


class Direction(StrEnum):
    """How a result is held against a bound.

    `about` ("khoảng") has no tolerance in the documents and is read as `at_least`; the word itself is kept.
    """

    AT_LEAST = "at_least"
    ABOVE = "above"
    AT_MOST = "at_most"
    BELOW = "below"
    ABOUT = "about"

    def holds(self, value: _N, bound: _N) -> bool:
        """Tell whether `value` is on the demanded side of `bound`."""
        match self:
            case Direction.AT_LEAST | Direction.ABOUT:
                return value >= bound
            case Direction.ABOVE:
                return value > bound
            case Direction.AT_MOST:
                return value <= bound
            case Direction.BELOW:
                return value < bound

    def margin(self, value: _N, bound: _N) -> _N:
        """By how much `value` beats `bound`, in the indicator's own measure; negative when it falls short."""
        return bound - value if self in (Direction.AT_MOST, Direction.BELOW) else value - bound

    def reaches(self, value: _N, target: _N) -> bool:
        """Tell whether a result meets a pledged target: on it or beyond it, on the indicator's good side."""
        return self.margin(value, target) >= 0


class Measure(StrEnum):
    """What an indicator's figures mean: a share of a whole (0 to 100 %), or per cent of an assigned plan (no cap)."""

    SHARE = "share"
    PERCENT_OF_PLAN = "percent_of_plan"

    def allows(self, value: Decimal) -> bool:
        """Tell whether a figure can be one of this measure."""
        return value >= 0 and (self is not Measure.SHARE or value <= _WHOLE)


class TargetKind(StrEnum):
    """What a pledge of a figure is: to reach it, or to keep what is reached already. Source: S002-15."""

    QUANTITATIVE = "quantitative"
    MAINTAIN = "maintain"


class RegistrationOrder(StrEnum):
    """In which order a campaign's registrations become official."""

    DIRECT = "direct"
    """Sent in, then confirmed."""
    AGREED_FIRST = "agreed_first"
    """Drafted, agreed with the professional departments or approved by a leader, then sent in. Source: S002-17."""


class RegistrationChange(StrEnum):
    """Why official targets were opened again: a wrong entry is set right, or the will itself has changed."""

    CORRECTION = "correction"
    """The same will, written rightly: it counts from the start."""
    ADJUSTMENT = "adjustment"
    """Another will, appraised anew: it counts from its confirmation."""


class UnitKind(StrEnum):
    """Kinds of units. Source: S000-13, S000-17; `regional` and `base_office` are the organisation after 2025.

    An `agency_bloc` has members that stand below others; a `team` (phòng, tổ) needs no account; an `outside_body` gets
    papers and nothing else.
    """

    NATIONAL = "national"
    AGENCY_BLOC = "agency_bloc"
    CENTRAL_DEPARTMENT = "central_department"
    PUBLIC_SERVICE_UNIT = "public_service_unit"
    REGIONAL = "regional"
    PROVINCIAL = "provincial"
    PROVINCIAL_OFFICE_BLOC = "provincial_office_bloc"
    DISTRICT = "district"
    BASE_OFFICE = "base_office"
    TEAM = "team"
    OUTSIDE_BODY = "outside_body"

    @property
    def takes_part(self) -> bool:
        """Whether units of this kind are asked to register, are ranked, stand on maps: all but outside bodies."""
        return self is not UnitKind.OUTSIDE_BODY


class SigningCapacity(StrEnum):
    """In which capacity a paper is signed: as oneself (head), KT., TL., TUQ., Q., TM.

    Source: Decree 30/2020/NĐ-CP art. 13; S003 (KT.), S004 (TL.), B5.
    """

    DIRECT = "direct"
    DEPUTY = "deputy"
    BY_ORDER = "by_order"
    BY_DELEGATION = "by_delegation"
    ACTING = "acting"
    ON_BEHALF_OF_BODY = "on_behalf_of_body"


class DocumentKind(StrEnum):
    """Kinds of official papers, as the decree on clerical work names them. Source: Decree 30/2020/NĐ-CP art. 7."""

    OFFICIAL_LETTER = "official_letter"
    PLAN = "plan"
    DECISION_DOCUMENT = "decision_document"
    SUBMISSION_LETTER = "submission_letter"
    REPORT = "report"
    NOTICE = "notice"
    MINUTES = "minutes"
    REGULATION = "regulation"
    INVITATION = "invitation"


class Period(Fact):
    """A span of days, both ends included."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _end_not_before_start(self) -> Self:
        if self.end < self.start:
            raise ValueError(f"the period ends on {self.end} before it starts on {self.start}")
        return self

    def years(self) -> range:
        """Calendar years that the period touches."""
        return range(self.start.year, self.end.year + 1)


class Document(Fact):
    """An official document by number and date, e.g. 4225/BHXH-TĐKT of 2024-11-10. Source: M-1."""

    number: str = Field(min_length=1, max_length=60)
    issued_on: Day
    title: str = Field(default="", max_length=1000)


class LegalBasis(Fact):
    """The paper on which a change of the organisation rests: number, who issued it, and when.

    E.g. 391/QĐ-BTC of the Ministry of Finance, 2025-02-26.
    """

    number: str = Field(min_length=1, max_length=60)
    issuer: str = Field(min_length=1, max_length=255)
    issued_on: Day


Indicator = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
"""Code of an indicator, such as health_insurance_coverage."""


class Goal(Fact):
    """What a campaign asks of everyone for one indicator by the end of one year."""

    indicator: Indicator
    name: str = Field(min_length=1, max_length=300)
    year: Count = Field(ge=1990, le=2100)
    direction: Direction
    value: Figure
    measure: Measure = Measure.SHARE
    applies_to: tuple[UnitKind, ...] = (UnitKind.PROVINCIAL,)
    wording: str = Field(default="", max_length=100)
    source: str = Field(default="", max_length=100)

    def allows(self, target: Decimal) -> bool:
        """Tell whether a unit's target is not weaker than this goal, in the goal's own direction. Source: S002-13."""
        return self.direction.holds(target, self.value)


class FileKind(StrEnum):
    """What a file may be, by its bytes."""

    PDF = "pdf"
    PNG = "png"
    JPEG = "jpeg"
    DOCX = "docx"
    XLSX = "xlsx"


class StoredFile(Fact):
    """A file as facts hold it: the hash of its bytes, which lie elsewhere and can be deleted; never its name."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    kind: FileKind
    size: Count = Field(ge=1)


class Target(Fact):
    """A value that a unit has pledged for one indicator and year, with the way it is held against results."""

    indicator: str
    year: Count
    value: Figure
    direction: Direction
    measure: Measure = Measure.SHARE
    kind: TargetKind = TargetKind.QUANTITATIVE
