"""What rules say when they say no: the text of docs/refusals.md (`python -m services.refusals`)."""

from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Final

import services
from chassis import facts
from chassis.facts.refusal import REFUSALS

FILE: Final = Path("docs/refusals.md")

_HEAD: Final = """\
# Refusals

Written by `make schemas` from what the rules declare, for portal and partners: a command that a rule refuses is
answered 409 with the code as `urn:thidua:problem:<code>`, the Vietnamese sentence as `detail`, the English one as
`title`. Fields in braces are filled in.

| code | Vietnamese | English | source |
| --- | --- | --- | --- |
"""


def text() -> str:
    """The whole document."""
    for module in (*walk_packages(services.__path__, "services."), *walk_packages(facts.__path__, "chassis.facts.")):
        if ".domain." in module.name or ".facts." in module.name:
            import_module(module.name)
    known = sorted(REFUSALS.values(), key=lambda refusal: refusal.code)
    return _HEAD + "".join(f"| `{each.code}` | {each.vi} | {each.en} | {each.source} |\n" for each in known)


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
