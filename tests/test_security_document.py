"""What docs/security.md says that a test holds is held by a test of that name."""

import re
from pathlib import Path

DOCUMENT = Path("docs/security.md").read_text(encoding="utf-8")
THERE = {
    name
    for path in Path("tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def missing(document: str) -> set[str]:
    """Tests, and files of tests, that a document names and that are not there."""
    named, files = re.findall(r"`(test_\w+)`", document), re.findall(r"`(tests/[\w/]+\.py)`", document)
    return set(named) - THERE | {path for path in files if not Path(path).is_file()}


def test_each_test_that_the_document_names_is_there() -> None:
    assert len(re.findall(r"`test_\w+`", DOCUMENT)) > 30
    assert missing(DOCUMENT) == set()


def test_a_test_or_a_file_that_was_renamed_is_missed() -> None:
    name, path = "test_who_takes_no_answer_is_cut_off", "tests/registry/test_people_api.py"
    assert missing(DOCUMENT.replace(name, f"{name}_soon").replace(path, path.replace("people", "persons"))) == {
        f"{name}_soon",
        "tests/registry/test_persons_api.py",
    }
