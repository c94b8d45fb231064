"""Campaigns of the national data set: launched, registered for, reported on every quarter, verified."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

from bench.nation_people import Place, Society
from bench.nation_story import Fact, Story
from bench.nation_telling import Telling
from contracts.campaigns import CampaignLaunched, TargetAttained
from contracts.registry import Judge, Role
from contracts.values import Direction, Measure, UnitKind
from services.campaigns.domain import scorecard_commands as scorecard
from services.campaigns.domain.base_figure import BASE_FIGURES, table_id
from services.campaigns.domain.campaign import CAMPAIGN, LaunchCampaign, campaign_id
from services.campaigns.domain.deadline import DEADLINE, LookAtDeadline, SetDeadline
from services.campaigns.domain.pack import Pack
from services.campaigns.domain.policies import (
    keep_the_deadline_of_a_registration,
    open_scorecard_when_a_registration_is_confirmed,
)
from services.campaigns.domain.scorecard import SCORECARD, ReportResult, VerifyResult
from services.registry.domain.policies import open_registrations_when_a_campaign_begins
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import (
    ConfirmFromAbove,
    ConfirmRegistration,
    RegisterTarget,
    SubmitRegistration,
)
from services.registry.domain.registration_state import Known

_LOWER: Final = frozenset({Direction.AT_MOST, Direction.BELOW})


@dataclass(frozen=True, slots=True)
class Aim:
    """An indicator, what is asked for in 2019, and by how much more each year."""

    indicator: str
    name: str
    direction: Direction
    value: Decimal
    step: Decimal
    measure: Measure = Measure.SHARE


@dataclass(frozen=True, slots=True)
class Drive:
    """A campaign that comes every year; it is launched `before` New Year by so many days."""

    code: str
    theme: str
    kind: str
    units: tuple[UnitKind, ...]
    before: int
    aims: tuple[Aim, ...]


def _aim(
    indicator: str, name: str, value: str, step: str, *, direction: str = "at_least", measure: str = "share"
) -> Aim:
    return Aim(indicator, name, Direction(direction), Decimal(value), Decimal(step), Measure(measure))


_COVERAGE: Final = (
    _aim("social_insurance_coverage", "Tỷ lệ lực lượng lao động trong độ tuổi tham gia BHXH", "32.40", "2.10"),
    _aim("unemployment_insurance_coverage", "Tỷ lệ lực lượng lao động tham gia bảo hiểm thất nghiệp", "27.60", "1.20"),
    _aim("health_insurance_coverage", "Tỷ lệ dân số tham gia bảo hiểm y tế", "89.30", "0.95"),
    _aim("satisfaction_index", "Chỉ số hài lòng của người tham gia", "80.00", "0.80"),
    _aim("collection_plan_completion", "Số thu so với số được giao", "100.00", "0", measure="percent_of_plan"),
    _aim("late_payment_rate", "Tỷ lệ số tiền chậm đóng trên số phải thu", "3.40", "-0.13", direction="below"),
)
_DIGITAL: Final = (
    _aim("online_filing_rate", "Tỷ lệ hồ sơ giải quyết trực tuyến", "55.00", "5.50"),
    _aim("cashless_payment_rate", "Tỷ lệ chi trả không dùng tiền mặt", "40.00", "6.00"),
    _aim("on_time_rate", "Tỷ lệ hồ sơ giải quyết đúng hạn", "95.00", "0.50"),
)
_BELOW: Final = (UnitKind.PROVINCIAL, UnitKind.DISTRICT)
DRIVES: Final = (
    Drive("thuong-xuyen", "Phong trào thi đua yêu nước thường xuyên năm", "regular", _BELOW, 30, _COVERAGE),
    Drive("chuyen-doi-so", "Thi đua chuyển đổi số, cải cách thủ tục hành chính năm", "thematic", _BELOW, 16, _DIGITAL),
    Drive("nuoc-rut", "Thi đua nước rút của bảo hiểm xã hội các tỉnh năm", "drive", (UnitKind.PROVINCIAL,), -40,
          _COVERAGE[:4]),
)  # fmt: skip
QUARTERS: Final = ((4, 3), (7, 3), (10, 3), (12, 8))


class Drives:
    """What campaigns and registry record; `finished` hears of each scorecard all of whose targets were attained."""

    def __init__(self, story: Story, society: Society, telling: Telling) -> None:
        self._story, self._society, self._telling = story, society, telling
        self.launched: dict[UUID, CampaignLaunched] = {}
        self.finished: Callable[[UUID, Place, Any, date], None] = lambda *_: None

    def plan(self, year: int) -> None:
        """Put the campaigns of a year into the agenda."""
        for drive in DRIVES:
            day = date(year, 1, 1) - timedelta(days=drive.before)
            self._story.on(max(day, self._society.first_day + timedelta(days=3)), partial(self._launch, drive, year))

    def _launch(self, drive: Drive, year: int, day: date) -> None:
        pack = Pack.model_validate({
            "code": f"{drive.code}-{year}", "theme": f"{drive.theme} {year}", "kind": drive.kind, "level": "sector",
            "period": {"start": day, "end": date(year, 12, 31)}, "units": drive.units,
            "document": {"number": f"{100 + DRIVES.index(drive)}/KH-BHXH-{year}", "issued_on": day},
            "register_before": day + timedelta(days=60),
            "goals": [
                {"indicator": aim.indicator, "name": aim.name, "year": year, "direction": aim.direction,
                 "value": aim.value + aim.step * (year - 2019), "measure": aim.measure, "applies_to": drive.units}
                for aim in drive.aims
            ],
        })  # fmt: skip
        leader = self._society.root.holders[Role.DIRECTOR_GENERAL][0]
        key = campaign_id(pack.code)
        facts = self._story.do("campaigns", CAMPAIGN, key, LaunchCampaign(pack=pack), day, by=leader)
        launched = self.launched[key] = facts[0].event
        self._telling.tell(facts)
        units = [(place.id, place.row.kind) for place in self._society.of(*drive.units)]
        for registration, command in open_registrations_when_a_campaign_begins(launched, units):
            opened = self._story.do("registry", REGISTRATION, registration, command, day, cause=facts[0])
            self._keep(opened[0], day)
            place = self._society.places[command.terms.unit_id]
            begins = self._story.within(day + timedelta(days=7), 12)
            self._story.on(begins, partial(self._register, registration, place, launched))

    def _register(self, key: UUID, place: Place, launched: CampaignLaunched, day: date) -> None:
        for goal in launched.goals:
            sign = -1 if goal.direction in _LOWER else 1
            more = Decimal(self._story.random.randrange(2, 90)).scaleb(-2)
            values = [goal.value + sign * more]
            if self._story.happens(0.08):
                values.append(values[0] + sign * Decimal("0.05"))
            for value in values:
                asked = RegisterTarget(indicator=goal.indicator, year=goal.year, value=min(value, Decimal(100))
                                       if goal.measure is Measure.SHARE else value)  # fmt: skip
                facts = self._story.do("registry", REGISTRATION, key, asked, day, by=place.officer)
                self._telling.tell(facts)
        if self._story.happens(0.985):
            late = 45 if self._story.happens(0.03) else 0
            self._story.on(self._story.within(day + timedelta(days=5 + late), 10), partial(self._submit, key, place))

    def _submit(self, key: UUID, place: Place, day: date) -> None:
        submitted = self._story.do("registry", REGISTRATION, key, SubmitRegistration(), day, by=place.head)
        self._keep(submitted[0], day)
        if self._story.happens(0.985):
            self._story.on(self._story.within(day + timedelta(days=3), 12), partial(self._confirm, key, place))

    def _keep(self, fact: Fact, day: date) -> None:
        """What campaigns makes of it: a deadline that is set, looked at on the days before it, and met."""
        wanted = keep_the_deadline_of_a_registration(fact.event, day)
        if wanted is None:
            return
        key, command, known = wanted
        self._story.do("campaigns", DEADLINE, key, command, day, known=known, cause=fact)
        if isinstance(command, SetDeadline):
            for left in (8, 4, 2, 0):
                self._story.on(command.before - timedelta(days=left), partial(self._look, key))

    def _look(self, key: UUID, day: date) -> None:
        self._story.do("campaigns", DEADLINE, key, LookAtDeadline(), day)

    def _confirm(self, key: UUID, place: Place, day: date) -> None:
        by = self._story.random.choice(self._society.root.holders[Role.EMULATION_DEPARTMENT])
        asked: ConfirmRegistration | ConfirmFromAbove = ConfirmRegistration()
        above = self._story.state(REGISTRATION, key).judge is Judge.UNIT_ABOVE
        if above and place.parent is not None:
            asked, by = ConfirmFromAbove(), self._society.places[place.parent].head
        facts = self._story.do("registry", REGISTRATION, key, asked, day, by=by, known=Known(above=above))
        self._story.close(REGISTRATION, key)
        card, command = open_scorecard_when_a_registration_is_confirmed(facts[0].event)
        self._story.do("campaigns", SCORECARD, card, command, day, cause=facts[0])
        year = command.targets[0].year
        for number, (month, first) in enumerate(QUARTERS, start=1):
            due = self._story.within(date(year, month, first), 10)
            if due > day and self._story.happens(0.99):
                self._story.on(due, partial(self._report, card, place, number))

    def _report(self, key: UUID, place: Place, quarter: int, day: date) -> None:
        card = self._story.state(SCORECARD, key)
        known = self._known(place, card.targets)
        for (indicator, year), target in card.targets.items():
            gain = self._story.random.gauss(0.5 + place.quality, 0.4) - 2.2 * (len(QUARTERS) - quarter)
            gain = -gain if target.direction in _LOWER else gain
            value = max(Decimal(0), target.value + Decimal(round(100 * gain)).scaleb(-2))
            value = min(value, Decimal(100)) if target.measure is Measure.SHARE else value
            official = known.bases.get((indicator, year))
            whole = official or Decimal(self._story.random.randrange(20_000, 900_000))
            asked = ReportResult(
                indicator=indicator, year=year, evidence=f"Báo cáo quý {quarter}/{year}",
                numerator=Decimal(int(value * whole / 100)), denominator=None if official else whole,
            )  # fmt: skip
            self._story.do("campaigns", SCORECARD, key, asked, day, by=place.officer, known=known)
        if quarter == len(QUARTERS) and self._story.happens(0.98):
            self._story.on(self._story.within(day + timedelta(days=4), 30), partial(self._verify, key, place))

    def _known(self, place: Place, asked: Iterable[tuple[str, int]]) -> scorecard.Known:
        """The official denominators of a unit."""
        tables = {(name, year): self._story.state(BASE_FIGURES, table_id(name, year)).newest for name, year in asked}
        return scorecard.Known(bases={each: at[place.id].figure for each, at in tables.items() if place.id in at})

    def _verify(self, key: UUID, place: Place, day: date) -> None:
        opened = self._story.state(SCORECARD, key).opened
        by = self._story.random.choice(self._society.root.holders[Role.PROFESSIONAL_DEPARTMENT])
        facts, known = list[Fact](), self._known(place, self._story.state(SCORECARD, key).targets)
        for indicator, year in list(self._story.state(SCORECARD, key).results):
            asked = VerifyResult(indicator=indicator, year=year)
            facts += self._story.do("campaigns", SCORECARD, key, asked, day, by=by, known=known)
        self._story.close(SCORECARD, key)
        attained = [fact.event for fact in facts if isinstance(fact.event, TargetAttained)]
        if len(attained) == len(opened.targets):
            self.finished(opened.campaign_id, place, opened.targets, day)
