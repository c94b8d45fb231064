"""Ratings of units by year (xếp loại): only a year that is over has them; the open one is not rated yet, no fail.

Source: A7, S003-3, B22.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Paragraphs, Year
from chassis.facts.refusal import Refusal
from contracts.campaigns import RatingCorrected, RatingEvent, UnitRated
from services.campaigns.domain.pack_parts import PackDocument

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:thidua:ratings")
MOST: Final = 2000
"""Units of one table: more than there are districts."""

YEAR_OPEN: Final = Refusal(
    "rating-of-an-open-year",
    "Năm {year} chưa kết thúc nên chưa xếp loại; hãy nhập xếp loại từ ngày 01/01/{next}.",
    "The year {year} is not over, so it is not rated yet; enter its ratings from 1 January {next}.",
    "A7",
)
UNKNOWN: Final = Refusal(
    "rating-unknown",
    "Có {count} dòng mang mức xếp loại không có trong danh mục của năm {year}; hãy dùng một trong: {names}.",
    "{count} rows have a rating that there is not in {year}; use one of: {names}.",
    "A7",
)
UNIT_UNKNOWN: Final = Refusal(
    "rating-of-unknown-unit",
    "Có {count} đơn vị trong bảng không có trong danh mục; hãy kiểm tra lại đơn vị rồi gửi lại cả bảng.",
    "{count} units of the table are not known; check them and send the whole table again.",
    "A7",
)
UNIT_TWICE: Final = Refusal(
    "rating-stated-twice",
    "Có {count} đơn vị đứng hai lần trong bảng; hãy giữ mỗi đơn vị một dòng rồi gửi lại.",
    "{count} units stand twice in the table; keep one row of each and send it again.",
    "A7",
)
DOCUMENT_TO_COME: Final = Refusal(
    "rating-document-to-come",
    "Văn bản xếp loại đề ngày {day}, chưa tới; hãy nhập lại ngày của văn bản.",
    "The document of the ratings is dated {day}, which has not come yet; enter its day anew.",
    "A7",
)
RATED_BEFORE: Final = Refusal(
    "rating-stands-already",
    "Có {count} đơn vị đã được xếp loại khác cho năm {year}; hãy đính chính từng đơn vị, kèm văn bản và lý do.",
    "{count} units have another rating for {year}; correct each of them, with its document and a reason.",
    "A7",
)
NOT_RATED: Final = Refusal(
    "rating-missing",
    "Đơn vị chưa được xếp loại năm {year} nên không có gì để đính chính; hãy nhập xếp loại trước.",
    "The unit has no rating for {year}, so there is nothing to correct; enter its rating first.",
    "A7",
)


def rating_id(year: int) -> UUID:
    """Id of the ratings of a year."""
    return uuid5(_NAMESPACE, f"{year}")


class RatingOf(BaseModel):
    """The rating of one unit, by its code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit_id: UUID
    rating: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class RateUnits(Command):
    """State the ratings of units for a year that is over, by a document; all or none."""

    year: Year
    document: PackDocument
    ratings: Annotated[tuple[RatingOf, ...], Field(min_length=1, max_length=MOST)]


class CorrectRating(Command):
    """State what a unit's rating of a year should have been, by a document, and why."""

    unit_id: UUID
    year: Year
    rating: Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]
    document: PackDocument
    reason: Annotated[str, Paragraphs(1000)]


RatingCommand = RateUnits | CorrectRating


@dataclass(frozen=True, slots=True)
class Ratings:
    """A year's rating of each unit."""

    units: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The ratings of the year, by code, as they are called; those units of a table that there are."""

    ratings: Mapping[str, str] = field(default_factory=dict)
    units: frozenset[UUID] = frozenset()


def decide(command: RatingCommand, ratings: Ratings, known: Known | None, context: Context) -> Sequence[RatingEvent]:
    """A unit is rated once for a year that is over; what was wrong is corrected; the same again is no news."""
    known = known or Known()
    _closed(command.year, context.occurred_on)
    if command.document.issued_on > context.occurred_on:
        raise DOCUMENT_TO_COME(day=f"{command.document.issued_on:%d/%m/%Y}")
    match command:
        case RateUnits():
            return _rate(command, ratings, known)
        case CorrectRating():
            return _correct(command, ratings, known)
        case _:
            assert_never(command)


def _closed(year: int, today: date) -> None:
    if year >= today.year:
        raise YEAR_OPEN(year=year, next=year + 1)


def _there(codes: Sequence[str], year: int, known: Known) -> None:
    if unknown := [each for each in codes if each not in known.ratings]:
        names = ", ".join(f"{code} ({name})" for code, name in known.ratings.items())
        raise UNKNOWN(count=len(unknown), year=year, names=names)


def _rate(command: RateUnits, ratings: Ratings, known: Known) -> Sequence[RatingEvent]:
    of = {each.unit_id for each in command.ratings}
    if unknown := of - known.units:
        raise UNIT_UNKNOWN(count=len(unknown))
    if len(of) < len(command.ratings):
        raise UNIT_TWICE(count=len(command.ratings) - len(of))
    _there([each.rating for each in command.ratings], command.year, known)
    other = [each for each in command.ratings if ratings.units.get(each.unit_id, each.rating) != each.rating]
    if other:
        raise RATED_BEFORE(count=len(other), year=command.year)
    said: dict[str, Any] = {"rating_id": rating_id(command.year), "year": command.year}
    return [
        UnitRated(**said, unit_id=each.unit_id, rating=each.rating, document=command.document.fact())
        for each in command.ratings
        if each.unit_id not in ratings.units
    ]


def _correct(command: CorrectRating, ratings: Ratings, known: Known) -> Sequence[RatingEvent]:
    before = ratings.units.get(command.unit_id)
    if before is None:
        raise NOT_RATED(year=command.year)
    _there([command.rating], command.year, known)
    if before == command.rating:
        return []
    return [
        RatingCorrected(
            rating_id=rating_id(command.year),
            unit_id=command.unit_id,
            year=command.year,
            rating=command.rating,
            previous=before,
            reason=command.reason,
            document=command.document.fact(),
        )
    ]


def evolve(ratings: Ratings, event: RatingEvent) -> Ratings:
    """The ratings after an event of their stream."""
    match event:
        case UnitRated() | RatingCorrected():
            return Ratings({**ratings.units, event.unit_id: event.rating})
        case _:
            assert_never(event)


RATINGS: Final[Decider[RatingCommand, Ratings, RatingEvent, Known | None]] = Decider(
    "ratings", Ratings(), decide, evolve
)
