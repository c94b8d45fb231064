"""Units of the country, and made-up people in them: who works where, who holds which role."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from importlib.resources import files
from typing import Final
from uuid import UUID

from bench.nation_story import Story
from contracts.people import PersonDetails
from contracts.registry import Role, StaffCategory
from contracts.values import UnitKind
from services.registry.domain import person, unit_state
from services.registry.domain.person import PERSON, AssignPerson, EnrolPerson, GrantAgreedRole, RevokeRole
from services.registry.domain.unit import UNIT, EstablishUnit, unit_id
from services.registry.domain.unit_import import UnitRow, parse_units

_SURNAMES: Final = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"),
    *("Dương", "Lý", "Đinh", "Mai", "Tô", "Trịnh"),
)
_MIDDLE: Final = (
    *("Văn", "Thị", "Đức", "Minh", "Ngọc", "Thanh", "Hữu", "Thu", "Quang", "Kim", "Xuân", "Hồng", "Anh", "Bảo"),
    *("Gia", "Phương"),
)
_GIVEN: Final = (
    *("An", "Bình", "Châu", "Chi", "Dung", "Dũng", "Đạt", "Giang", "Hà", "Hải", "Hạnh", "Hiếu", "Hòa", "Huệ", "Hùng"),
    *("Hương", "Khánh", "Lan", "Linh", "Loan", "Long", "Mai", "Nam", "Nga", "Ngân", "Nhung", "Phúc", "Quân", "Quỳnh"),
    *("Sơn", "Tâm", "Thảo", "Thắng", "Thúy", "Trang", "Trung", "Tú", "Tuấn", "Uyên", "Việt", "Vinh", "Yến"),
)
_BEFORE: Final = date(1995, 6, 15)
_DEPARTMENT: Final = 12
_AT_ROOT: Final = {
    Role.DIRECTOR_GENERAL: 1, Role.EMULATION_DEPARTMENT: _DEPARTMENT, Role.PROFESSIONAL_DEPARTMENT: 10,
    Role.COUNCIL_CHAIR: 1, Role.COUNCIL_SECRETARY: 1, Role.COUNCIL_MEMBER: 9, Role.AUDITOR: 3,
    Role.COMMUNICATIONS: 4, Role.OPERATOR: 2,
}  # fmt: skip
_IN_UNIT: Final = {Role.UNIT_HEAD: 1, Role.OFFICER: 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its people; `quality` shifts what it reaches, in points of a hundred."""

    id: UUID
    row: UnitRow
    parent: UUID | None
    quality: float
    holders: dict[Role, list[UUID]] = field(default_factory=dict)

    @property
    def head(self) -> UUID:
        """Who signs for the unit."""
        return self.holders[Role.UNIT_HEAD][0]

    @property
    def officer(self) -> UUID:
        """Who prepares what the head signs."""
        return self.holders[Role.OFFICER][0]


class Society:
    """Units by id, and people by id with the unit in which each works."""

    def __init__(self, story: Story, provinces: int, people: int, first_day: date) -> None:
        data = files("services.registry").joinpath("data/units-2024.csv").read_bytes()
        self._story, self.first_day = story, first_day
        self.places: dict[UUID, Place] = {}
        for row in _within(parse_units(data), provinces):
            above = self.places.get(unit_id(row.parent)) if row.parent else None
            quality = 0.0 if above is None else story.random.gauss(above.quality, 0.3)
            self.places[unit_id(row.code)] = Place(unit_id(row.code), row, above.id if above else None, quality)
        self.root = next(iter(self.places.values()))
        self.people: dict[UUID, Place] = {}
        for place in self.places.values():
            for role, count in (_AT_ROOT if place is self.root else _IN_UNIT).items():
                place.holders[role] = [self._person(place) for _ in range(count)]
        if len(self.people) > people:
            raise ValueError(f"{len(self.people)} people hold a role: ask for as many at least")
        everywhere = list(self.places.values())
        while len(self.people) < people:
            self._person(story.random.choice(everywhere))

    def _person(self, place: Place) -> UUID:
        key = self._story.id()
        self.people[key] = place
        return key

    def of(self, *kinds: UnitKind) -> list[Place]:
        """Units of these kinds."""
        return [place for place in self.places.values() if place.row.kind in kinds]

    def details(self) -> Iterator[PersonDetails]:
        """Name, birth date and addresses of everybody."""
        draw = Story(f"details/{len(self.people)}").random
        for number, key in enumerate(self.people):
            name = f"{draw.choice(_SURNAMES)} {draw.choice(_MIDDLE)} {draw.choice(_MIDDLE)} {draw.choice(_GIVEN)}"
            yield PersonDetails(
                person_id=key,
                full_name=name,
                birth_date=date(1965, 1, 1) + timedelta(days=draw.randrange(13_000)),
                phone=f"8490{number:07}",
                email=f"n{number}@nation.example",
            )

    def enter(self, story: Story) -> None:
        """Put units, people and roles into the first days; a few come later, a few officers change their place."""
        story.on(self.first_day, lambda day: self._establish(story, day))
        leading = {
            key: (place, role) for place in self.places.values() for role, keys in place.holders.items() for key in keys
        }
        for key, place in self.people.items():
            later = key not in leading and story.happens(0.2)
            day = story.within(self.first_day, 2000) if later else self.first_day + timedelta(days=1)
            story.on(day, partial(_employ, story, key, place))
            if key in leading:
                story.on(day, partial(_appoint, story, key, *leading[key]))

    def _establish(self, story: Story, day: date) -> None:
        for place in self.places.values():
            row, above = place.row, self.places.get(place.parent) if place.parent else None
            asked = EstablishUnit(
                code=row.code, name=row.name, kind=row.kind, parent_id=place.parent,
                established_on=min(row.established_on, _BEFORE),
            )  # fmt: skip
            known = unit_state.Known(above.row.kind, self.root.id) if above else unit_state.Known()
            story.do("registry", UNIT, place.id, asked, day, known=known)


def _within(rows: tuple[UnitRow, ...], provinces: int) -> Iterator[UnitRow]:
    """The first provinces, with what is below them, and everything central."""
    chosen = [row.code for row in rows if row.kind is UnitKind.PROVINCIAL][:provinces]
    for row in rows:
        if row.parent is None or row.code in chosen or row.parent in chosen or row.kind in {
            UnitKind.CENTRAL_DEPARTMENT, UnitKind.PUBLIC_SERVICE_UNIT,
        }:  # fmt: skip
            yield row


def _employ(story: Story, key: UUID, place: Place, day: date) -> None:
    there = person.Known(unit=True)
    story.do("registry", PERSON, key, EnrolPerson(person_id=key), day, known=there)
    category = story.random.choices(list(StaffCategory), (25, 60, 15))[0]
    direct = story.happens(0.7)
    asked = AssignPerson(person_id=key, unit_id=place.id, category=category, works_directly=direct, since=day)
    story.do("registry", PERSON, key, asked, day, known=there)


def _appoint(story: Story, key: UUID, place: Place, role: Role, day: date) -> None:
    there = person.Known(unit=True)
    granted = GrantAgreedRole(person_id=key, role=role, unit_id=place.id, since=day)
    story.do("registry", PERSON, key, granted, day, known=there)
    if role is Role.OFFICER and key != place.officer and story.happens(0.1):
        ends = story.within(day + timedelta(days=200), 1500)
        revoked = RevokeRole(person_id=key, role=role, unit_id=place.id, on=ends)
        story.on(ends, partial(_resign, story, key, revoked))


def _resign(story: Story, key: UUID, revoked: RevokeRole, on: date) -> None:
    story.do("registry", PERSON, key, revoked, on, known=person.Known(unit=True))
