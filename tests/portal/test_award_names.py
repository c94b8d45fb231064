"""The awards that pages name: asked for once a minute, and anew on another day."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from services.portal.shell.units import award_names, catalogue


async def test_awards_are_asked_for_once_a_minute_and_anew_on_another_day(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    now = 1000.0

    async def ask(service: str, path: str) -> list[dict[str, str]]:
        asked.append(f"{service} {path}")
        return [{"award": "merit_letter", "name": f"Giấy khen {len(asked)}"}]

    visit: Any = SimpleNamespace(shell=SimpleNamespace(catalogue=None), today=date(2024, 11, 20), ask=ask)
    monkeypatch.setattr("services.portal.shell.units.time", SimpleNamespace(monotonic=lambda: now))
    assert await award_names(visit) == {"merit_letter": "Giấy khen 1"}
    now += 59
    assert await catalogue(visit) == [{"award": "merit_letter", "name": "Giấy khen 1"}]
    visit.today += timedelta(days=1)
    assert await award_names(visit) == {"merit_letter": "Giấy khen 2"}
    now += 61
    assert await award_names(visit) == {"merit_letter": "Giấy khen 3"}
    assert asked == ["awards /catalogue"] * 3
