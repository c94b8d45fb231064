"""What docs/security.md says that a test holds is held by a test of that name."""

import re
from pathlib import Path

DOCUMENT = Path("docs/security.md").read_text(encoding="utf-8")
THERE = {
    name
    for path in Path("tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_each_test_that_the_document_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", DOCUMENT))
    assert len(named) > 30
    assert named - THERE == set()
    assert [path for path in re.findall(r"`(tests/[\w/]+\.py)`", DOCUMENT) if not Path(path).is_file()] == []


def test_a_name_that_is_none_would_be_found() -> None:
    assert {"test_that_was_renamed"} - THERE
