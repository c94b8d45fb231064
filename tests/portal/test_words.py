"""Every sentence of the portal is there in both languages, with the same fields, and used somewhere."""

import re
from pathlib import Path
from string import Formatter

import pytest

from services.portal.shell import render
from services.portal.shell.menu import GROUPS
from services.portal.shell.render import environment
from services.portal.shell.words import LANGUAGES, words

HOME = Path("services/portal")
USED = re.compile(r"""(?:\bt\(|\bsay\([\w.]+, )["']([\w.]+)["']\s*(~)?|words=["'](\w+)["']""")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things() -> None:
    vi, en = (words(language) for language in LANGUAGES)
    assert set(vi) == set(en)
    assert {name: fields(text) for name, text in vi.items()} == {name: fields(text) for name, text in en.items()}


def test_sentences_without_fields_are_put_in_when_a_template_is_compiled() -> None:
    templates = environment("vi")
    assert templates.preprocess("""{{ t("frame.state") }}|{{ t('frame.state') }}""") == "|".join(
        ["{{ " + repr(words("vi")["frame.state"]) + " }}"] * 2
    )
    for other in ("{{ t('units.total') }}", "{{ t('units.total', count=1) }}", "{{ t('menu.' ~ name) }}"):
        assert templates.preprocess(other) == other
    with pytest.raises(KeyError):
        templates.preprocess("{{ t('nobody.wrote_this') }}")
    quoted = {"name": "a \"b\" 'c' \\ <d>"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(render, "words", lambda _: quoted)
        assert templates.from_string("{{ t('name') }}").render() == "a &#34;b&#34; &#39;c&#39; \\ &lt;d&gt;"


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
