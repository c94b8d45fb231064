"""Awards of the national data set: units that attained all they had pledged are proposed, and honoured by decisions."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Final
from uuid import UUID

from bench.nation_drives import Drives
from bench.nation_people import Place, Society
from bench.nation_story import Story
from bench.nation_telling import Telling
from contracts.awards import DossierDocument
from contracts.registry import Role
from contracts.values import Target, UnitKind
from services.awards.domain.decision import DECISION, IssueDecision, Nominee, decision_id
from services.awards.domain.nomination import (
    NOMINATION,
    AddDocument,
    DraftNomination,
    GrantAward,
    Known,
    PledgedTarget,
    SubmitNomination,
    nomination_id,
)
from services.awards.reference import CATALOGUE

_DECIDED_IN: Final = ((3, 25), (5, 20), (9, 1))
_AT_ONCE: Final = 50
_AWARDS: Final = {UnitKind.DISTRICT: "merit_letter", UnitKind.PROVINCIAL: "merit_certificate_dg"}


class Awards:
    """Hears of scorecards that were attained, proposes some of their units, and decides three times a year."""

    def __init__(self, story: Story, society: Society, telling: Telling, drives: Drives) -> None:
        self._story, self._society, self._telling, self._drives = story, society, telling, drives
        self._waiting: dict[tuple[UUID, str], list[UUID]] = defaultdict(list)
        self._numbers: dict[tuple[UUID, int], int] = defaultdict(int)
        self._planned: set[date] = set()
        drives.finished = self._attained

    def _attained(self, campaign: UUID, place: Place, targets: Sequence[Target], day: date) -> None:
        if self._story.happens(0.75):
            begins = self._story.within(day + timedelta(days=10), 25)
            self._story.on(begins, partial(self._propose, campaign, place, targets))

    def _propose(self, campaign: UUID, place: Place, targets: Sequence[Target], day: date) -> None:
        award, year = _AWARDS[place.row.kind], targets[0].year
        key = nomination_id(campaign, award, place.id, year)
        pledged = tuple(PledgedTarget(indicator=each.indicator, year=each.year, attained=True) for each in targets)
        known = Known(CATALOGUE.rule(award, day), self._drives.launched[campaign].period, pledged)
        asked = DraftNomination(campaign_id=campaign, unit_id=place.id, award=award, year=year)
        self._story.do("awards", NOMINATION, key, asked, day, by=place.officer, known=known)
        parts = known.rule.parts if known.rule else ()
        for part in parts if self._story.happens(0.95) else parts[:1]:
            digest = sha256(f"{key}/{part.kind}".encode()).hexdigest()
            paper = AddDocument(document=DossierDocument(kind=part.kind, title=part.name, sha256=digest))
            self._story.do("awards", NOMINATION, key, paper, day, by=place.officer, known=known)
        if not known.rule or known.rule.missing({kind for kind, _ in self._story.state(NOMINATION, key).papers}):
            return
        if self._story.happens(0.96):
            self._story.on(self._story.within(day + timedelta(days=2), 8), partial(self._submit, key, place, pledged))

    def _submit(self, key: UUID, place: Place, pledged: tuple[PledgedTarget, ...], day: date) -> None:
        proposal = self._story.state(NOMINATION, key).proposal
        known = Known(CATALOGUE.rule(proposal.award, day), None, pledged)
        self._telling.tell(
            self._story.do("awards", NOMINATION, key, SubmitNomination(), day, by=place.head, known=known)
        )
        authority = self._society.root.id if place.row.kind is UnitKind.PROVINCIAL else place.parent
        if authority is None or not self._story.happens(0.95):
            return
        self._waiting[authority, proposal.award].append(key)
        decided = next((at for at in (date(day.year, *each) for each in _DECIDED_IN) if at > day), None)
        if decided is not None and decided not in self._planned:
            self._planned.add(decided)
            self._story.on(decided, self._decide)

    def _decide(self, day: date) -> None:
        for (authority, award), waiting in self._waiting.items():
            for start in range(0, len(waiting), _AT_ONCE):
                self._issue(self._society.places[authority], award, tuple(waiting[start : start + _AT_ONCE]), day)
            waiting.clear()

    def _issue(self, authority: Place, award: str, nominations: tuple[UUID, ...], day: date) -> None:
        self._numbers[authority.id, day.year] += 1
        number = f"{self._numbers[authority.id, day.year]}/QĐ-BHXH"
        role = Role.DIRECTOR_GENERAL if authority is self._society.root else Role.UNIT_HEAD
        asked = IssueDecision(
            number=number, signed_on=day, authority_id=authority.id, award=award, nominations=nominations
        )
        nominees = tuple(
            Nominee(
                nomination_id=each,
                nomination=self._story.state(NOMINATION, each),
                within=True,
                verifiers=frozenset(),
            )
            for each in nominations
        )
        key = decision_id(authority.id, number, day)
        by = authority.holders[role][0]
        [issued] = self._story.do("awards", DECISION, key, asked, day, by=by, known=nominees)
        for each in nominations:
            granted = GrantAward(nomination_id=each, decision_id=key, decision_number=number)
            self._telling.tell(
                self._story.do("awards", NOMINATION, each, granted, day, by=by, known=Known(), cause=issued)
            )
            self._story.close(NOMINATION, each)
