"""The official figures in a table of units. Source: B15, A5."""

from decimal import Decimal

from chassis.facts.typed import NotAFigure, read_figure
from services.portal.shell.unit_tables import Column, Unreadable
from services.portal.shell.words import say


def figures(language: str) -> Column[Decimal]:
    """The column of figures, each above zero."""

    def read(code: str, typed: str) -> Decimal:
        try:
            figure = read_figure(typed)
        except NotAFigure:
            raise Unreadable(say(language, "official.no_figure", code=code)) from None
        if figure <= 0:
            raise Unreadable(say(language, "official.not_above_zero", code=code))
        return figure

    called = (
        *("số liệu", "số liệu gốc", "mẫu số", "chỉ tiêu", "chỉ tiêu giao", "chỉ tiêu được giao", "số giao", "kế hoạch"),
        *("dân số", "lực lượng lao động", "số phải thu", "giá trị", "plan", "base figure"),
    )
    return Column(called, read, say(language, "official.no_head"))
