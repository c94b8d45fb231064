"""A read model's tables are never changed in their place: a change is a new version."""

from pathlib import Path

import pytest

from services import read_models
from services.portal.pages.inbox.rows import INBOX

NOW = INBOX.version


def test_the_document_says_which_read_models_there_are() -> None:
    assert read_models.FILE.read_text(encoding="utf-8") == read_models.text(), "run `make schemas` and read the diff"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            (f"`inbox_v{NOW}` | `inbox_tasks` (", f"`inbox_v{NOW}` | `inbox_tasks` (more text, "),
            {f"portal inbox_v{NOW}"},
        ),
        ((f"`inbox_v{NOW}` | `inbox_tasks` (", f"`inbox_v{NOW + 1}` | `inbox_tasks` (more text, "), set()),
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
    with pytest.raises(SystemExit, match=f"portal inbox_v{NOW}"):
        read_models.main()
    assert "other text" in file.read_text(encoding="utf-8")
