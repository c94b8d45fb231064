"""Two people at one form: nothing of either goes unseen."""

from collections.abc import Awaitable, Callable

import pytest

from chassis.facts.problem import Problem
from services.portal.shell import stale
from services.portal.shell.figures import same_figure
from services.portal.shell.forms import Form
from services.portal.shell.stale import Settled, on_the_latest, outdated, remember, settle, typed_here


def form(was: str, typed: str, **more: str) -> Form:
    return Form({"was": remember({"a": was}), "a": typed, **more})


@pytest.mark.parametrize(
    ("was", "typed", "now", "mine", "theirs"),
    [
        ("94", "94", "94", None, None),
        ("94", "95", "94", "95", None),
        ("94", "94", "96", None, None),
        ("94", "95", "96", None, "96"),
        ("94", "95", "95", None, None),
        ("94", " 95,0 ", "95", None, None),
        ("1.234,5", "1234,5", "1.300", None, None),
        ("", "95", "96", None, "96"),
        ("94", "chín mươi", "94", "chín mươi", None),
        ("94", "", "96", None, "96"),
    ],
)
def test_what_one_person_changed_is_sent_what_both_changed_is_asked(
    was: str, typed: str, now: str, mine: str | None, theirs: str | None
) -> None:
    settled = settle(form(was, typed), {"a": now}, same_figure)
    assert settled == Settled({"a": mine} if mine is not None else {}, {"a": theirs} if theirs is not None else {})


def test_the_choice_counts_once_both_were_shown() -> None:
    assert settle(form("96", "95", **{"take-a": "mine"}), {"a": "96"}) == Settled({"a": "95"}, {})
    assert settle(form("96", "95", **{"take-a": "theirs"}), {"a": "96"}) == Settled()
    assert settle(form("96", "95", **{"take-a": "mine"}), {"a": "97"}) == Settled({}, {"a": "97"})


@pytest.mark.parametrize("was", ["", "x", "[]", "3", "[" * 100_000])
def test_a_form_made_by_hand_is_sent_as_it_is(was: str) -> None:
    assert settle(Form({"was": was, "a": "95"}), {"a": "94"}).mine == {"a": "95"}


def test_what_is_no_longer_as_it_was_shown_is_named() -> None:
    assert outdated(form("94", "94"), {"a": "95", "b": "1"}) == {"a"}
    assert outdated(Form({"a": "94"}), {"a": "95"}) == set()


def test_what_comes_back_later_hides_nothing_that_others_changed() -> None:
    kept = Form({"was": remember({"a": "94", "b": "95"}), "a": "94", "b": "96", "c": "1"})
    assert typed_here(kept).keys() == {"was", "b", "c"}


def faster(times: int, code: str = "wrong-version") -> Callable[[], Awaitable[str]]:
    """Work in which somebody else is faster so many times."""
    left = iter(range(times))

    async def work() -> str:
        if next(left, None) is not None:
            raise Problem(412, code, "", "")
        return "taken"

    return work


async def test_what_somebody_was_faster_with_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale, "_PAUSE", 0)
    assert await on_the_latest(faster(stale.TRIES - 1)) == "taken"
    for never in (faster(stale.TRIES), faster(1, "not-found")):
        with pytest.raises(Problem):
            await on_the_latest(never)
