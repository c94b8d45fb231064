"""A read model's tables are never changed in their place: a change is a new version."""

from pathlib import Path

import pytest

from services import read_models


def test_the_document_says_which_read_models_there_are() -> None:
    assert read_models.FILE.read_text(encoding="utf-8") == read_models.text(), "run `make schemas` and read the diff"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (("`inbox_v3` | `inbox_tasks` (", "`inbox_v3` | `inbox_tasks` (more text, "), {"portal inbox_v3"}),
        (("`inbox_v3` | `inbox_tasks` (", "`inbox_v4` | `inbox_tasks` (more text, "), set()),
    ],
)
def test_a_column_more_without_a_version_more_is_found(change: tuple[str, str], found: set[str]) -> None:
    now = read_models.text()
    after = now.replace(*change)
    assert after != now
    assert read_models.changed_in_place(now, after) == found


def test_the_command_writes_nothing_over_a_place_that_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "read-models.md"
    file.write_text(read_models.text().replace("`inbox_tasks` (", "`inbox_tasks` (other text, "), encoding="utf-8")
    monkeypatch.setattr(read_models, "FILE", file)
    with pytest.raises(SystemExit, match="portal inbox_v3"):
        read_models.main()
    assert "other text" in file.read_text(encoding="utf-8")
