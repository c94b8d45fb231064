"""The desk of a unit in a review: the reports that come to it, those that it owes itself, who was late on a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid5

from chassis.facts.problem import Problem
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.visit import Visit

_UNSENT: Final = frozenset({"open", "returned"})


@dataclass(slots=True)
class Desk:
    """What lies on it: `whole`, all reports that come to `unit`; `rows`, those in a state, or who was late `on` a day.

    `mine` are the reports that units of this person owe; whether this person `urges` says the first that has not come.
    """

    review: Mapping[str, Any]
    unit: str
    today: date
    state: str = ""
    on: date | None = None
    malformed: str = ""
    whole: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    mine: list[dict[str, Any]] = field(default_factory=list)
    urges: bool = False

    @property
    def key(self) -> str:
        """The review's id."""
        return str(self.review["review_id"])

    @property
    def late(self) -> list[str]:
        """The reports that are late and have not come."""
        return [each["report_id"] for each in self.whole if each["state"] in _UNSENT and each["late"]]

    @property
    def figures(self) -> list[tuple[str, int, str]]:
        """How many reports stand how: the name of the words, the count, the query that lists them."""
        states = [str(each["state"]) for each in self.whole]
        return [
            ("not_sent", sum(each in _UNSENT for each in states), "state=open&"),
            ("to_accept", states.count("sent") + states.count("correcting"), "state=sent&"),
            ("accepted", sum(each["revision"] > 0 for each in self.whole), "state=accepted&"),
            ("late", sum(each["late"] > 0 for each in self.whole), f"on={self.today:%d/%m/%Y}&"),
        ]

    @property
    def unasked(self) -> list[dict[str, Any]]:
        """Units that stand there today and were not asked, as far as this person may ask them."""
        actions = self.review["actions"]
        return [unit for each in actions if each["name"] == "extend_review" for unit in each["choices"]]

    def unit_of(self, report: str) -> str | None:
        """Whose report it is."""
        return next((str(each["unit_id"]) for each in self.whole if each["report_id"] == report), None)

    def deadline(self, row: Mapping[str, Any]) -> str:
        """Id of the deadline of a report."""
        return str(uuid5(UUID(self.key), f"deadline/{row['unit_id']}"))


async def desk_of(asked: Visit, key: UUID, unit: UUID | None, state: str, on: str) -> Desk:
    """The desk of this unit; without one, of the unit that holds the review, or else of this person's own."""
    review = await asked.ask("campaigns", f"/reviews/{key}")
    own, holder = [str(each) for each in asked.rights.units("/reviews/{id}")], str(review["unit_id"])
    top = str(asked.rights.root) in own
    sees = top or holder in own
    chosen = str(unit) if unit and (top or str(unit) in own) else holder if sees else own[0]
    desk = Desk(review, chosen, asked.today, state)
    if on:
        try:
            desk.on = read_day(on)
        except NotADay:
            desk.malformed = on
    whole = await asked.pages("campaigns", f"/reviews/{key}/reports", unit_id=chosen)
    desk.whole = whole
    desk.rows = [each for each in whole if not state or each["state"] == state]
    if desk.on:
        desk.rows = await asked.ask("campaigns", f"/reviews/{key}/late", unit_id=chosen, on=desk.on)
    for each in own:
        if each != str(asked.rights.root):
            page = await asked.ask("campaigns", "/reports", unit_id=each, review_id=key, limit=100)
            desk.mine += [row for row in page["items"] if row["unit_id"] == each]
    desk.urges = await _urges(asked, whole)
    return desk


async def _urges(asked: Visit, rows: list[dict[str, Any]]) -> bool:
    """Whether this person may urge units, as the first report that has not come says."""
    waiting = next((each for each in rows if each["state"] in _UNSENT), None)
    if waiting is None:
        return False
    try:
        report = await asked.ask("campaigns", f"/reports/{waiting['report_id']}")
    except Problem as problem:
        if problem.status != 404:  # noqa: PLR2004 - what this person may not see is not there
            raise
        return False
    return any(each["name"] == "urge_report" and each["open"] for each in report["actions"])
