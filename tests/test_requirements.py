"""Every requirement has a module that says so and a test that runs, or a reason why it is not met."""

from collections.abc import Iterable

import pytest

from tests import requirements
from tests.requirements import Found, ids, marked


def wrong(all_of: dict[str, Found], tests: Iterable[tuple[str, str]]) -> list[str]:
    """What is missing: a module or a test of a requirement; a requirement of a test."""
    found = [f"{name} has no test" for name, each in all_of.items() if not (each.tests or each.unmet)]
    found += [f"{name} has no module or pack" for name, each in all_of.items()
              if not (each.modules or each.packs or each.unmet or name.startswith("E"))]  # fmt: skip
    found += [f"{name} is done, and said not to be" for name, each in all_of.items() if each.tests and each.unmet]
    return found + [
        f"{test} is marked with {name}, which nobody asks for" for name, test in tests if name not in all_of
    ]


def test_every_requirement_has_its_module_and_its_test() -> None:
    assert wrong(requirements.requirements(), marked()) == []


def test_what_is_missing_is_named() -> None:
    asked = {"M-1": Found("…"), "M-2": Found("…", unmet="…", tests=["t"]), "M-3": Found("…", unmet="…")}
    assert wrong(asked, [("M-9", "t")]) == [
        "M-1 has no test",
        "M-1 has no module or pack",
        "M-2 is done, and said not to be",
        "t is marked with M-9, which nobody asks for",
    ]


def test_the_document_says_what_the_sources_say() -> None:
    assert requirements.FILE.read_text(encoding="utf-8") == requirements.text(), "run `make schemas` and read the diff"


def test_a_span_names_all_between() -> None:
    assert list(ids("S001-9 … S001-11, M-2; B8")) == ["S001-9", "S001-10", "S001-11", "M-2", "B8"]


def test_a_marked_test_that_is_skipped_has_failed(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = session")
    pytester.makeconftest("pytest_plugins = ['tests.asked']")
    pytester.makepyfile("import pytest\n@pytest.mark.requirement('M-1')\ndef test_it(): pytest.skip()")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(failed=1)
