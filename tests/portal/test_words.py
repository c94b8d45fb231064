"""Every sentence of the portal is there in both languages, with the same fields, and used somewhere."""

import re
from pathlib import Path
from string import Formatter

from services.portal.shell.menu import GROUPS
from services.portal.shell.words import LANGUAGES, words

HOME = Path("services/portal")
USED = re.compile(r"""(?:\bt\(|\bsay\([\w.]+, )["']([\w.]+)["']\s*(~)?|words=["'](\w+)["']""")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    vi, en = (words(language) for language in LANGUAGES)
    assert set(vi) == set(en)
    assert {name: fields(text) for name, text in vi.items()} == {name: fields(text) for name, text in en.items()}


def test_no_sentence_is_missing_or_idle() -> None:
    known, begun, named = set(words("vi")), set[str](), set[str]()
    for file in [*HOME.rglob("*.html"), *HOME.rglob("*.py")]:
        for name, more, plain in USED.findall(file.read_text(encoding="utf-8")):
            if plain:
                begun.add(f"{plain}.")
            elif more:
                begun.add(name)
            else:
                named.add(name)
    assert named <= known
    begun |= {f"menu.{group}" for group in GROUPS} | {"deadline.", "menu."}
    idle = {name for name in known - named if not any(name.startswith(start) for start in begun)}
    assert idle == set()
    assert {start for start in begun if not any(name.startswith(start) for name in known)} == set()
