"""The glossary, the first steps of each role and the list of licences: what they must hold to be of use."""

import re
from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import ValidationError

from contracts.registry import Role
from services.portal.pages import all_pages
from services.portal.pages.help.licences import font, packages
from services.portal.pages.help.page import STEPS
from services.portal.shell.render import meaning
from services.portal.shell.terms import Glossary, cited, glossary

HOME = Path("services/portal")
TODAY = date(2026, 11, 28)
FIGHTER = "grassroots_emulation_fighter"


def changed(term: Mapping[str, Any]) -> dict[str, Any]:
    """The glossary with its first term, and this one beside it."""
    known = glossary().model_dump()
    return {"documents": known["documents"], "terms": [known["terms"][0], known["terms"][0] | term]}


def test_the_day_chooses_what_a_word_means() -> None:
    before, since = meaning("vi", FIGHTER, date(2023, 12, 31)), meaning("vi", FIGHTER, date(2024, 1, 1))
    assert before is not None
    assert since is not None
    assert "15%" in before.says
    assert "15%" not in since.says
    assert [term.vi for term in glossary().before(TODAY, FIGHTER)] == [before]
    assert meaning("vi", FIGHTER, date(2017, 9, 30)) is None


@pytest.mark.parametrize(
    ("term", "complaint"),
    [
        ({"valid_from": date(2025, 1, 1)}, "two meanings"),
        ({"name": "other", "sources": [{"document": "nowhere"}]}, "unknown papers"),
        ({"name": "other", "valid_to": date(2020, 1, 1)}, "ends before it begins"),
        ({"name": "other", "sources": []}, "sources"),
        ({"name": "other", "group": "none"}, "group"),
    ],
)
def test_a_glossary_that_does_not_hold_together_is_refused(term: Mapping[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        Glossary.model_validate(changed(term))


def test_a_definition_is_one_sentence_in_each_language() -> None:
    for term in glossary().terms:
        for said in (term.vi.says, term.en.says):
            assert re.fullmatch(r"[^.]*(?:\d\.\d[^.]*)*\.", said), (term.name, said)


def test_pages_explain_words_that_have_a_meaning_today() -> None:
    known = glossary().on(TODAY)
    asked: set[str] = set()
    for file in HOME.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'm\.term\("(\w+)"', text))
        for names in re.findall(r"m\.terms\(\[(.*?)\]\)", text):
            asked |= set(re.findall(r'"(\w+)"', names))
    asked |= {f"registration_{status}" for status in ("open", "submitted", "confirmed")}
    asked |= {f"nomination_{status}" for status in ("draft", "submitted", "granted")}
    assert len(asked) > 20
    assert asked <= known.keys()


def test_every_role_has_first_steps_on_pages_that_are_there() -> None:
    assert STEPS.keys() == {role.value for role in Role}
    paths = {route.path for page in all_pages() for route in page.router.routes if isinstance(route, APIRoute)}
    assert {path for steps in STEPS.values() for _, path, _ in steps} - {"/readyz"} <= paths


def test_licences_are_those_of_the_installed_packages() -> None:
    found = {each.name.lower(): each for each in packages()}
    for name in ("fastapi", "jinja2", "asyncpg", "cryptography"):
        assert found[name].version == version(name)
    assert all(each.licence for each in found.values())
    assert "pytest" not in found
    package, text = font()
    assert package.licence == "OFL-1.1"
    assert "SIL OPEN FONT LICENSE Version 1.1" in text


@pytest.mark.parametrize(
    ("source", "vi", "en"),
    [
        ("S001-2", "Công văn 4225/BHXH-TĐKT", "Official letter 4225/BHXH-TĐKT"),
        ("S003-9 (1)", "Công văn 2638/BHXH-TĐKT", "Official letter 2638/BHXH-TĐKT"),
        (
            "S003-7, S003-9; 152/2025/NĐ-CP article 59",
            "Công văn 2638/BHXH-TĐKT; 152/2025/NĐ-CP, Điều 59",
            "Official letter 2638/BHXH-TĐKT; 152/2025/NĐ-CP, article 59",
        ),
        ("S999-1", "S999-1", "S999-1"),
        ("mục I.1", "mục I.1", "mục I.1"),
    ],
)
def test_a_rule_cites_a_document_that_people_know(source: str, vi: str, en: str) -> None:
    assert (cited("vi", source), cited("en", source)) == (vi, en)
