"""What a unit is told when it becomes something else: one letter of one form, which says what changed. Source: B8."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from contracts.registry import DutiesTakenOver, UnitDissolved, UnitMerged, UnitMoved, UnitRenamed, UnitSplit
from services.notify.domain.rule import HEAD_AND_OFFICERS, Category, Group, InUnit, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names, day

_E = TypeVar("_E", UnitRenamed, UnitMoved, UnitMerged, UnitSplit, UnitDissolved, DutiesTakenOver)

_OWN: Final = sentence("Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị", "Head and officers of the unit")
_BOTH: Final = sentence("Thủ trưởng và cán bộ thi đua - khen thưởng của hai đơn vị", "Heads and officers of both units")


def _unit(event: _E) -> tuple[Group, ...]:
    return (InUnit(HEAD_AND_OFFICERS, event.unit_id, former=True),)


def _merged(event: UnitMerged) -> tuple[Group, ...]:
    return (*_unit(event), InUnit(HEAD_AND_OFFICERS, event.successor_id))


def _taken(event: DutiesTakenOver) -> tuple[Group, ...]:
    return (*_unit(event), InUnit(HEAD_AND_OFFICERS, event.to_id))


def _rule(  # noqa: PLR0917
    event: type[_E],
    name: str,
    title: Sentence,
    whom: Sentence,
    audience: Callable[[_E], tuple[Group, ...]],
    said: Callable[[_E], Sentence],
) -> Rule[_E]:
    def words(changed: Any, names: Names) -> Mapping[str, str]:
        told, basis = said(changed), changed.basis
        return {
            "unit": changed.former[-1] if isinstance(changed, UnitRenamed) else names.unit,
            "change": told.vi,
            "change_en": told.en,
            "since": day(changed.on),
            "document": f"{basis.number}, {day(basis.issued_on)}, {basis.issuer}",
        }

    return Rule(event, name, Category.DUTY, "unit_changed", title, whom, audience, words)


UNIT_RULES: Final[tuple[Rule[Any], ...]] = (
    _rule(
        UnitRenamed,
        "tell_a_unit_that_it_is_renamed",
        sentence("Đơn vị đổi tên", "A unit is renamed"),
        _OWN,
        _unit,
        lambda event: sentence(f"mang tên mới “{event.name}”", f"is called “{event.name}”"),
    ),
    _rule(
        UnitMoved,
        "tell_a_unit_that_it_is_moved",
        sentence("Đơn vị chuyển cấp trên", "A unit is moved"),
        _OWN,
        _unit,
        lambda _: sentence("trực thuộc đơn vị cấp trên khác", "stands below another unit"),
    ),
    _rule(
        UnitMerged,
        "tell_both_units_of_a_merger",
        sentence("Đơn vị sáp nhập", "A unit is merged"),
        _BOTH,
        _merged,
        lambda _: sentence(
            "sáp nhập vào đơn vị khác, đơn vị đó làm tiếp việc còn dở",
            "is part of another unit, which goes on with its open work",
        ),
    ),
    _rule(
        UnitSplit,
        "tell_a_unit_that_it_is_split",
        sentence("Đơn vị chia tách", "A unit is split"),
        _OWN,
        _unit,
        lambda _: sentence("chia tách thành các đơn vị khác", "is split into others"),
    ),
    _rule(
        UnitDissolved,
        "tell_a_unit_that_it_is_dissolved",
        sentence("Đơn vị giải thể", "A unit is dissolved"),
        _OWN,
        _unit,
        lambda _: sentence("giải thể, các vai trò tại đơn vị hết hiệu lực", "is dissolved, and roles held in it end"),
    ),
    _rule(
        DutiesTakenOver,
        "tell_both_units_whose_duties_are_taken_over",
        sentence("Tiếp nhận nhiệm vụ của đơn vị đã kết thúc", "Duties of a unit that has ended are taken over"),
        _BOTH,
        _taken,
        lambda _: sentence(
            "có việc còn dở do đơn vị khác tiếp nhận; người giữ vai trò tại đơn vị tiếp nhận làm tiếp",
            "has open work that another unit takes over; whoever holds a role there goes on with it",
        ),
    ),
)
"""Rules of units."""
