"""A pasted block on the form: its values where they fit, or the choice where it seems to have slipped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.portal.pages.reports.cells import not_read
from services.portal.pages.reports.grid import Cell, Table, tables
from services.portal.pages.reports.pasted import Fit, differences, fits
from services.portal.shell.forms import Form
from services.portal.shell.words import say


@dataclass(frozen=True, slots=True)
class Slipped:
    """What a block may mean, and how that differs in the first row that it fills."""

    choices: Sequence[Fit]
    differences: Sequence[tuple[Cell, list[str]]]


@dataclass(slots=True)
class Laid:
    """The form with what was pasted; by annex a sentence on it, or the choice."""

    form: Form
    notes: dict[str, str] = field(default_factory=dict)
    slipped: dict[str, Slipped] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)


def lay(language: str, form: Form, report: Mapping[str, Any]) -> Laid:
    """Lay the blocks of a form on their annexes; what a person has chosen (`start-<annex>`) is not asked again."""
    laid = Laid(Form(form))
    for table in tables(report, form):
        block, at = form.get(f"block-{table.key}", ""), form.get(f"at-{table.key}", "")
        if not (choices := fits(block, table, at)):
            continue
        chosen = [fit for fit in choices if str(fit.start) == form.get(f"start-{table.key}")]
        if len(choices) > 1 and not chosen:
            laid.slipped[table.key] = Slipped(choices, list(differences(table, choices)))
            continue
        fit = (chosen or choices)[0]
        laid.form.update(fit.values)
        laid.notes[table.key] = _said(language, table, fit)
        laid.wrong |= {cell.name: not_read(language, cell.column) for cell in table.cells() if cell.name in fit.wrong}
    return laid


def _said(language: str, table: Table, fit: Fit) -> str:
    changed = sum(bool(cell.typed) and fit.values.get(cell.name, cell.typed) != cell.typed for cell in table.cells())
    said = [say(language, "reports.laid", count=len(fit.values), changed=changed)]
    if fit.outside:
        said.append(say(language, "reports.outside", values="; ".join(fit.outside[:10])))
    if fit.years:
        said.append(say(language, "reports.other_years", years=", ".join(fit.years[:10])))
    return " ".join(said)
