"""What a unit is told about its deadlines: one letter of one form, which says what is due and what has become of it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from chassis.facts.reminders import last_day
from contracts.campaigns import (
    DeadlineApproaching,
    DeadlineClosed,
    DeadlineMovedFor,
    DeadlinePassed,
    DeadlineReopened,
    DeadlineSet,
    LatenessExcused,
    ThingKind,
)
from services.notify.domain.rule import HEAD_AND_OFFICERS, Category, Group, InUnit, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names, day

Due = DeadlineSet | DeadlineApproaching | DeadlinePassed | DeadlineMovedFor | DeadlineClosed | DeadlineReopened
_E = TypeVar("_E", DeadlineSet, DeadlineApproaching, DeadlinePassed, DeadlineMovedFor, DeadlineClosed, DeadlineReopened,
             LatenessExcused)  # fmt: skip

THINGS: Final[Mapping[ThingKind, tuple[str, str]]] = {
    ThingKind.CAMPAIGN: ("phong trào thi đua", "the emulation campaign"),
    ThingKind.REGISTRATION: ("bản đăng ký thi đua", "the registration of targets"),
    ThingKind.RESULT: ("báo cáo kết quả", "the report of results"),
    ThingKind.REVIEW: ("báo cáo sơ kết, tổng kết", "the review report"),
    ThingKind.DOSSIER: ("hồ sơ đề nghị khen thưởng", "the dossier"),
    ThingKind.DOCUMENT: ("văn bản", "the document"),
    ThingKind.CONFERENCE: ("hội nghị", "the conference"),
    ThingKind.FINDING: ("kết luận kiểm tra", "the finding of an inspection"),
    ThingKind.OTHER: ("việc được giao", "the task"),
}
"""What the things are called that have deadlines."""

_WHOM: Final = sentence("Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị", "Head and officers of the unit")


def _unit(event: _E) -> tuple[Group, ...]:
    return (InUnit(HEAD_AND_OFFICERS, event.unit_id),)


def _asked(event: DeadlineSet) -> tuple[Group, ...]:
    """Of a registration the letter on the launch has told already."""
    return () if event.thing_kind is ThingKind.REGISTRATION else _unit(event)


def _moved_for(event: DeadlineMovedFor) -> tuple[Group, ...]:
    """Where a campaign moves the day of registering for all, the letter on that has told already."""
    by_the_campaign = event.thing_kind is ThingKind.REGISTRATION and not event.reason and event.before > event.previous
    return () if by_the_campaign else _unit(event)


def _words(said: Callable[[Any], Sentence]) -> Callable[[_E, Names], Mapping[str, str]]:
    def words(event: _E, names: Names) -> Mapping[str, str]:
        what, what_en = THINGS[event.thing_kind]
        about = f": {event.title}" if event.title else f" ({names.campaign})" if names.campaign else ""
        told = said(event)
        return {
            "unit": names.unit,
            "due": f"{what}{about}",
            "due_en": f"{what_en}{about}",
            "standing": told.vi,
            "standing_en": told.en,
        }

    return words


def _rule(
    event: type[_E],
    name: str,
    title: Sentence,
    said: Callable[[_E], Sentence],
    *,
    last_day: Callable[[_E], date | None] = lambda _: None,
    audience: Callable[[_E], tuple[Group, ...]] = _unit,
) -> Rule[_E]:
    return Rule(event, name, Category.DUTY, "deadline", title, _WHOM, audience, _words(said), last_day)


def _left(event: DeadlineApproaching) -> Sentence:
    before = f"trước ngày {day(event.before)}"
    if not event.days_left:
        return sentence(f"hôm nay là ngày cuối ({before})", f"today is the last day (before {day(event.before)})")
    return sentence(
        f"còn {event.days_left} ngày, {before}", f"{event.days_left} days are left, before {day(event.before)}"
    )


def _moved(event: DeadlineMovedFor) -> Sentence:
    why, why_en = (f", lý do: {event.reason}", f", because: {event.reason}") if event.reason else ("", "")
    return sentence(f"hạn mới trước ngày {day(event.before)}{why}", f"it is now due before {day(event.before)}{why_en}")


DEADLINE_RULES: Final[tuple[Rule[Any], ...]] = (
    _rule(
        DeadlineSet,
        "tell_a_unit_of_its_deadline",
        sentence("Đặt hạn cho đơn vị", "A unit is given a deadline"),
        lambda due: sentence(f"hạn trước ngày {day(due.before)}", f"it is due before {day(due.before)}"),
        last_day=lambda due: last_day(due.before),
        audience=_asked,
    ),
    _rule(
        DeadlineApproaching,
        "remind_a_unit_of_its_deadline",
        sentence("Sắp đến hạn", "A deadline is near"),
        _left,
        last_day=lambda due: last_day(due.before),
    ),
    _rule(
        DeadlinePassed,
        "tell_a_unit_that_its_deadline_has_passed",
        sentence("Đã quá hạn", "A deadline has passed"),
        lambda due: sentence(
            f"đã quá hạn trước ngày {day(due.before)}, vẫn được nhận nhưng tính là chậm; hãy hoàn thành ngay",
            f"it was due before {day(due.before)}; it is still accepted, as late; do it now",
        ),
    ),
    _rule(
        DeadlineMovedFor,
        "tell_a_unit_that_its_deadline_is_moved",
        sentence("Đổi hạn của đơn vị", "A unit's deadline is moved"),
        _moved,
        last_day=lambda due: last_day(due.before),
        audience=_moved_for,
    ),
    _rule(
        LatenessExcused,
        "tell_a_unit_that_its_lateness_is_excused",
        sentence("Ghi nhận lý do chậm", "Lateness is excused"),
        lambda due: sentence(
            f"nộp chậm có lý do đã được ghi nhận: {due.reason}", f"it is late for a good reason: {due.reason}"
        ),
    ),
    _rule(
        DeadlineClosed,
        "tell_a_unit_that_its_deadline_is_closed",
        sentence("Khóa nhận", "A deadline is closed"),
        lambda _: sentence(
            "đã khóa nhận; hãy liên hệ Vụ Thi đua - Khen thưởng nếu cần mở lại",
            "nothing is accepted any more; ask the emulation department to reopen it if need be",
        ),
    ),
    _rule(
        DeadlineReopened,
        "tell_a_unit_that_its_deadline_is_reopened",
        sentence("Mở lại việc nhận", "A deadline is reopened"),
        lambda due: sentence(
            f"được mở lại, nhận trước ngày {day(due.until)}, lý do: {due.reason}",
            f"it is accepted again before {day(due.until)}, because: {due.reason}",
        ),
        last_day=lambda due: last_day(due.until),
    ),
)
"""Rules for the facts about deadlines."""
