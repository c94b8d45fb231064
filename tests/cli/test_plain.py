"""What comes from records is only ever shown: no console of ours obeys it, whatever table or sentence it stands in."""

import ast
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich import box
from rich.columns import Columns
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Column, Table

from cli.connect import Plain, cell

EVIL = "[red]x[/red]\x1b]0;owned\x07\x1b[2J\u202e\u200b[/y][link=file:///etc/passwd]z[/link]:smile:\r\x9b1m"
SHOWN = (
    "[red]x[/red]\\u001b]0;owned\\u0007\\u001b[2J\\u202e\\u200b[/y][link=file:///etc/passwd]z[/link]:smile:"
    "\\u000d\\u009b1m"
)


def a_table(text: str) -> Table:
    table = Table(Column(text, footer=text), title=text, caption=text, show_footer=True, box=box.SIMPLE)
    table.add_column(text)
    table.add_row(text, text)
    table.add_row(Group(text), Panel(text, title="t"))
    return table


WAYS: dict[str, Callable[[Console, str], None]] = {
    "print": lambda console, text: console.print(text),
    "several": lambda console, text: console.print("a", text, "b"),
    "in a sentence": lambda console, text: console.print(f"before {text} after"),
    "a cell": lambda console, text: console.print(cell(text, "red")),
    "a table": lambda console, text: console.print(a_table(text)),
    "columns": lambda console, text: console.print(Columns([text, a_table(text)])),
    "log": lambda console, text: console.log(text),
    "rule": lambda console, text: console.rule(cell(text)),
}


def shown(console: type[Console], way: Callable[[Console, str], None], *, terminal: bool) -> str:
    said = io.StringIO()
    way(console(file=said, width=2000, force_terminal=terminal, color_system=None, highlight=False), EVIL)
    return said.getvalue()


@pytest.mark.parametrize("terminal", [True, False], ids=["terminal", "pipe"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_nothing_in_a_text_acts(way: Callable[[Console, str], None], *, terminal: bool) -> None:
    said = shown(Plain, way, terminal=terminal)
    assert SHOWN in said
    assert not set(said) & set("\x1b\x07\x9b\r\u202e\u200b")


def test_on_the_library_s_own_console_it_would() -> None:
    said = shown(Console, lambda console, text: console.print(text.replace("[/y]", "")), terminal=False)
    assert "[red]" not in said
    assert "\u202e" in said


def beside_it(source: str) -> Iterator[str]:
    """Ways to a terminal that go round the console: one of the library's own, its markup, a bare print."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        whose = getattr(getattr(node.func, "value", None), "id", "")
        direct = isinstance(node.func, ast.Name) and name in {"print", "Console", "Text"}
        written = whose in {"sys", "stdout", "stderr"} and name == "write"
        told = whose == "typer" and name in {"echo", "secho", "confirm", "prompt"} and not _harmless(node)
        if direct or written or told or name in {"from_markup", "assemble", "get_console"}:
            yield f"{name} in line {node.lineno}"


def _harmless(node: ast.Call) -> bool:
    """A text of ours, JSON (which escapes) or what `visible` gives."""
    texts = [part for part in ast.walk(node.args[0]) if isinstance(part, ast.FormattedValue | ast.Name)]
    calls = {part.func.attr for part in ast.walk(node.args[0]) if isinstance(part, ast.Call)
             if isinstance(part.func, ast.Attribute)}  # fmt: skip
    seen = {part.func.id for part in ast.walk(node.args[0]) if isinstance(part, ast.Call)
            if isinstance(part.func, ast.Name)}  # fmt: skip
    return not texts or "dumps" in calls or "visible" in seen


def test_no_tool_goes_round_the_console() -> None:
    found = {str(p): list(beside_it(p.read_text(encoding="utf-8"))) for p in Path("cli").rglob("*.py")}
    assert {path: its for path, its in found.items() if its} == {"cli/connect.py": found["cli/connect.py"]}
    assert {what.partition(" ")[0] for what in found["cli/connect.py"]} == {"Text"}


@pytest.mark.parametrize(
    "source", ["print(x)", "Console().print(x)", "Text.from_markup(x)", "typer.echo(x)", "typer.confirm(f'{x}?')"]
)
def test_a_tool_that_went_round_it_would_be_found(source: str) -> None:
    assert list(beside_it(source))
