"""One form, several commands: each text and each year's row that was changed here goes to the service by itself."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from chassis.facts.problem import Problem
from services.portal.pages.reports.cells import not_read, read_cell
from services.portal.pages.reports.grid import Cell, Line, Table, stands, tables
from services.portal.shell.figures import NotADay, NotAFigure, read_day, same_figure
from services.portal.shell.forms import Form
from services.portal.shell.stale import Settled, on_the_latest, settle
from services.portal.shell.visit import Visit
from services.portal.shell.words import say


async def save(asked: Visit, key: UUID, form: Form, *, correct: bool = False) -> Settled:
    """Send what was changed here and nowhere else meanwhile; what is accepted is corrected, with the reason.

    Gives by field the sentences of those that were refused (`mine`), and what stands where somebody else changed it,
    too (`theirs`).
    """

    async def sent() -> Settled:
        report = await asked.ask("campaigns", f"/reports/{key}")
        settled = settle(form, stands(report), same_figure)
        return Settled(await _Saving(asked, form, report, settled.mine, correct).send(), settled.theirs)

    return await on_the_latest(sent)


class _Saving:
    """What is sent of one form, each command on the version that the one before made."""

    def __init__(
        self, asked: Visit, form: Form, report: Mapping[str, Any], mine: Mapping[str, str], correct: bool  # noqa: FBT001
    ) -> None:  # fmt: skip
        self.asked, self.form, self.report, self.mine, self.correct = asked, form, report, mine, correct
        self.path, self.version = f"/reports/{report['report_id']}", int(report["version"])
        self.wrong = dict[str, str]()

    async def send(self) -> dict[str, str]:
        if not self.correct:
            for section in self.report["outline"]:
                if (name := f"s-{section['key']}") in self.mine:
                    await self._tell("sections", {"section": section["key"], "text": self.mine[name]}, [name])
        covers = self.mine.get("covers", self.report["covers"])
        for table in tables(self.report, {}):
            for line in table.lines:
                await self._row(table, line, covers)
        return self.wrong

    async def _row(self, table: Table, line: Line, covers: str) -> None:
        changed = [cell for cell in line.all() if cell.name in self.mine]
        whose = "covers" in self.mine and any(cell.stands for cell in line.all()) and not self.correct
        if not changed and not whose:
            return
        body: dict[str, Any] = {"table": table.key, "year": line.year, "cells": list(self._cells(line))}
        if line.until is not None:
            body["until"] = self._day(line.until)
        if not whose and all(cell.name in self.wrong for cell in changed):
            return
        body |= {"reason": self.form.get("reason", "").strip()} if self.correct else {"covers": covers}
        await self._tell("corrections" if self.correct else "annex-rows", body, [cell.name for cell in changed])

    def _cells(self, line: Line) -> Iterator[dict[str, Any]]:
        """The row as it stands with what was changed; a cell that cannot be read stays as it stands."""
        for cell in line.cells.values():
            try:
                read = read_cell(cell.column, self.mine.get(cell.name, cell.stands))
            except NotAFigure:
                self.wrong[cell.name] = not_read(self.asked.language, cell.column)
                read = read_cell(cell.column, cell.stands)
            if read is not None:
                yield read

    def _day(self, cell: Cell) -> str | None:
        typed = self.mine.get(cell.name, cell.stands)
        try:
            return read_day(typed).isoformat() if typed else None
        except NotADay:
            self.wrong[cell.name] = say(self.asked.language, "day.malformed")
            return read_day(cell.stands).isoformat() if cell.stands else None

    async def _tell(self, route: str, body: Mapping[str, Any], names: list[str]) -> None:
        try:
            told = await self.asked.tell(
                "campaigns", f"{self.path}/{route}", body, key=self.form.key_of(f"{route} {body}"), version=self.version
            )
            self.version = max(self.version, int(told["version"]))
        except Problem as problem:
            if problem.status not in {409, 422}:
                raise
            self.wrong |= places(self.asked, problem, names)


def places(asked: Visit, problem: Problem, names: list[str]) -> dict[str, str]:
    """The service's sentences by fields of the form; what it says of none of them stands at the first of `names`."""
    found = dict[str, str]()
    for field, sentence in asked.fields_with_errors(problem).items():
        parts = field.split(".")
        ends = {f"a-{parts[0]}-{parts[1]}-{parts[2]}"} if len(parts) == 3 else set(parts[-1:])  # noqa: PLR2004
        name = next((each for each in names if each in ends or each.endswith(f"-{parts[-1]}")), next(iter(ends)))
        found[name] = sentence
    if not found:
        found[names[0] if names else ""] = asked.sentence(problem)
    return found
