"""What a registration's facts add up to, and what is looked up about who asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from contracts.registry import (
    Judge,
    LocalBody,
    MovementsTied,
    OpinionRecorded,
    QualitativeProgressTold,
    QualitativeTargetSet,
    RegistrationConfirmed,
    RegistrationEnteredAsHistory,
    RegistrationFiledOnBehalf,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationTermsChanged,
    TargetPlace,
)
from contracts.values import Goal, RegistrationChange, RegistrationOrder, Target, TargetKind, UnitKind
from services.registry.domain import registration_refusals as refuse

Place = tuple[str, int]
"""An indicator and a year."""

_BELOW: Final = frozenset({UnitKind.DISTRICT, UnitKind.BASE_OFFICE, UnitKind.TEAM})
_CENTRAL: Final = frozenset({UnitKind.AGENCY_BLOC, UnitKind.CENTRAL_DEPARTMENT, UnitKind.PUBLIC_SERVICE_UNIT})


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of who asks: `excused` may do what is about their own work, since a head above has allowed it;
    `above`: is head of the unit directly above, or of one above that; `files_for`: the unit directly above, where they
    work for it.
    """  # noqa: D205

    excused: frozenset[UUID] = frozenset()
    above: bool = False
    files_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Appraised:
    """What those who appraise said about a figure: they agree, or don't for a reason."""

    value: Decimal
    objection: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """Terms, None as long as the unit was not asked; the draft, what was said about it, and each confirmed version.

    `appraise_before` is the due day of those who appraise, while the draft lies before them or has been there.
    `first_sent` is kept when it is given back: it judges lateness. `filings`: each time it was filed on behalf.
    `history`: it was entered from papers of before the platform, and nobody agrees with it or approves it any more.
    `hands`: all who have written or sent something. `terms` are those of today, with the unit's own day; `asked_before`
    is the campaign's; `changes` is how they came.
    """

    terms: RegistrationOpened | None = None
    pledges: Mapping[Place, Decimal] = field(default_factory=dict)
    maintained: frozenset[Place] = frozenset()
    qualitative: Mapping[int, QualitativeTargetSet] = field(default_factory=dict)
    progress: Mapping[int, QualitativeProgressTold] = field(default_factory=dict)
    solutions: Mapping[str, str] = field(default_factory=dict)
    movements: MovementsTied | None = None
    asked: Mapping[LocalBody, date] = field(default_factory=dict)
    opinions: Mapping[LocalBody, OpinionRecorded] = field(default_factory=dict)
    under_appraisal: bool = False
    appraise_before: date | None = None
    appraised: Mapping[Place, Appraised] = field(default_factory=dict)
    approved: bool = False
    submitted: RegistrationSubmitted | None = None
    first_sent: RegistrationSubmitted | None = None
    filings: tuple[RegistrationFiledOnBehalf, ...] = ()
    history: RegistrationEnteredAsHistory | None = None
    returned: RegistrationReturned | None = None
    withdrawn: Mapping[Place, TargetPlace] = field(default_factory=dict)
    versions: tuple[RegistrationConfirmed, ...] = ()
    reopenings: tuple[RegistrationReopened, ...] = ()
    reopened: bool = False
    hands: frozenset[UUID] = frozenset()
    asked_before: date | None = None
    changes: tuple[RegistrationTermsChanged, ...] = ()
    deadline_version: int = 0
    closed: bool = False
    reopened_until: date | None = None
    excuse: str = ""

    @property
    def confirmed(self) -> bool:
        """Whether the targets are official and nobody works on the next version."""
        return bool(self.versions) and not self.reopened

    @property
    def revision(self) -> int:
        """The version that is official, or, while one is being written, that one."""
        return len(self.versions) + (0 if self.confirmed else 1)

    @property
    def change(self) -> RegistrationChange | None:
        """Why the version that is being written is another one."""
        return self.reopenings[-1].change if self.reopened else None

    @property
    def judge(self) -> Judge:
        """Who appraises and confirms: what was sent in goes on as it was sent."""
        if self.submitted is not None:
            return self.submitted.judge
        below = self.terms is not None and self.terms.unit_kind in _BELOW
        return Judge.UNIT_ABOVE if below else Judge.SECTOR

    @property
    def agrees_first(self) -> bool:
        """Whether departments agree with each figure before it is sent in; a correction means what was agreed."""
        ordered = self.terms is not None and self.terms.order is RegistrationOrder.AGREED_FIRST
        sector = self.judge is Judge.SECTOR and self.terms is not None and self.terms.unit_kind not in _CENTRAL
        return ordered and sector and self.history is None and self.change is not RegistrationChange.CORRECTION

    @property
    def approved_first(self) -> bool:
        """Whether a leader of the sector approves it before it is sent in. Source: S002-21."""
        terms = self.terms
        ordered = terms is not None and terms.order is RegistrationOrder.AGREED_FIRST and terms.unit_kind in _CENTRAL
        return ordered and self.history is None and self.change is not RegistrationChange.CORRECTION

    def disagreed(self, *, unanswered: bool) -> list[Place]:
        """Figures with which nobody has agreed; those to which nobody has answered, if `unanswered`."""
        found = []
        for place, value in self.pledges.items():
            said = self.appraised.get(place)
            if said is None or said.value != value:
                found += [place] if unanswered else []
            elif said.objection is not None:
                found.append(place)
        return sorted(found, key=lambda place: (place[1], place[0]))

    def official(self) -> Mapping[Place, Target]:
        """The targets of the last confirmed version."""
        return {(each.indicator, each.year): each for each in (self.versions[-1].targets if self.versions else ())}

    def asked_of_it(self) -> RegistrationOpened:
        """The terms; raises Rejected where the unit was not asked."""
        if self.terms is None:
            raise refuse.NOT_OPEN()
        return self.terms

    def named(self, place: Place) -> str:
        """A target in a sentence: by the indicator's name, not its code."""
        goals = goals_for(self.terms, *place) if self.terms else []
        return f"“{goals[0].name if goals else place[0]}” năm {place[1]}"


def goals_for(terms: RegistrationOpened, indicator: str, year: int) -> list[Goal]:
    """Goals for an indicator, that of the year first: where a year has none, the others tell how it is measured."""
    goals = [goal for goal in terms.goals if goal.indicator == indicator]
    return sorted(goals, key=lambda goal: abs(goal.year - year))


def lacking(registration: Registration) -> list[Place]:
    """Places of goals for which nothing is pledged, or what no longer reaches the goal.

    A correction means what was confirmed: what it leaves as it was is held to the goals of then.
    """
    terms, pledges, official = registration.terms, registration.pledges, registration.official()
    corrects = registration.change is RegistrationChange.CORRECTION
    found = []
    for goal in terms.goals if terms else ():
        place = (goal.indicator, goal.year)
        value, was = pledges.get(place), official.get(place)
        stays = corrects and value == (was.value if was else None)
        if not stays and (value is None or not goal.allows(value)):
            found.append(place)
    return found


def targets(registration: Registration) -> list[Target]:
    """Targets by year and indicator, each held against results as the indicator's goal is."""
    terms, pledges = registration.asked_of_it(), registration.pledges
    return [
        Target(
            indicator=indicator,
            year=year,
            value=value,
            direction=goal.direction,
            measure=goal.measure,
            kind=TargetKind.MAINTAIN if (indicator, year) in registration.maintained else TargetKind.QUANTITATIVE,
        )
        for year, indicator, value in sorted((year, name, value) for (name, year), value in pledges.items())
        for goal in goals_for(terms, indicator, year)[:1]
    ]


def ids(terms: RegistrationOpened) -> dict[str, UUID]:
    """The ids that every fact of a registration holds."""
    return {name: getattr(terms, name) for name in ("registration_id", "campaign_id", "unit_id")}
