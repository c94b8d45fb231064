"""What people are told of reviews and reports: who accepts is asked, whose report it is learns what became of it.

That a unit is asked to report, and is late, its deadline tells. Source: S003 III, B18, B19.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from contracts.campaigns import (
    ReportAccepted,
    ReportCorrected,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportSubmitted,
    ReportUrged,
    ReviewClosed,
    ReviewConsolidated,
    ReviewOutdated,
    ReviewReopened,
)
from contracts.registry import Role
from services.notify.domain.rule import HEAD_AND_OFFICERS, AtTheTop, Category, DirectlyAbove, Group, InUnit, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names

_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})
_KEEPERS: Final = HEAD_AND_OFFICERS | _DEPARTMENT
Step = (
    ReportSubmitted | ReportReturned | ReportRecalled | ReportAccepted | ReportCorrected | ReportOutdated | ReportUrged
)
Whole = ReviewConsolidated | ReviewOutdated | ReviewClosed | ReviewReopened
_E = TypeVar("_E", ReportSubmitted, ReportReturned, ReportRecalled, ReportAccepted, ReportCorrected, ReportOutdated,
             ReportUrged, ReviewConsolidated, ReviewOutdated, ReviewClosed, ReviewReopened)  # fmt: skip
_UNIT: Final = sentence("Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị", "Head and officers of the unit")
_JUDGE: Final = sentence(
    "Vụ Thi đua - Khen thưởng; với đơn vị cấp huyện là thủ trưởng, cán bộ của đơn vị cấp trên trực tiếp",
    "The emulation department; of a district, head and officers of the unit directly above",
)
_KEEPING: Final = sentence(
    "Những người giữ đợt báo cáo ở đơn vị mở đợt", "Who keeps the review, in the unit that holds it"
)
_WAITING: Final = sentence(
    "Thủ trưởng, cán bộ của các đơn vị chưa có báo cáo được chấp nhận",
    "Heads and officers of the units of which no report was accepted",
)


def _unit(event: Step | Whole) -> tuple[Group, ...]:
    return (InUnit(HEAD_AND_OFFICERS, event.unit_id),)


def _judges(event: Step) -> tuple[Group, ...]:
    return (DirectlyAbove(HEAD_AND_OFFICERS, event.unit_id) if event.above else AtTheTop(_DEPARTMENT),)


def _left_out(event: ReviewClosed | ReviewReopened) -> tuple[Group, ...]:
    return tuple(InUnit(HEAD_AND_OFFICERS, unit) for unit in event.units)


def _called(event: Step | Whole, names: Names) -> tuple[str, str]:
    """What it is about: the review by its title, else by its campaign; a report by its unit, too."""
    about = f" “{event.title or names.campaign}”" if event.title or names.campaign else ""
    if isinstance(event, Whole):
        return f"đợt báo cáo{about}", f"the review{about}"
    return f"báo cáo{about} của {names.unit}", f"the report{about} of {names.unit}"


def _rule(
    event: type[_E],
    name: str,
    title: Sentence,
    said: Callable[[_E], Sentence],
    *,
    audience: Callable[[_E], tuple[Group, ...]] = _unit,
    whom: Sentence = _UNIT,
) -> Rule[_E]:
    def words(event: _E, names: Names) -> Mapping[str, str]:
        (report, report_en), told = _called(event, names), said(event)
        return {"report": report, "report_en": report_en, "standing": told.vi, "standing_en": told.en}

    return Rule(event, name, Category.DUTY, "report", title, whom, audience, words)


def _sent(event: ReportSubmitted) -> Sentence:
    days = event.days_late
    late, late_en = (f", chậm {days} ngày", f", {days} days late") if days else ("", "")
    return sentence(
        f"đã gửi bản {event.revision}{late}; hãy chấp nhận, hoặc trả lại kèm lý do",
        f"version {event.revision} was sent{late_en}; accept it, or return it with reasons",
    )


def _returned(event: ReportReturned) -> Sentence:
    if event.revision > 1:
        return sentence(
            f"bản đính chính {event.revision} bị trả lại, bản đã chấp nhận vẫn được tính; cần sửa thì hãy đính chính"
            f" lại, lý do: {event.reason}",
            f"its correction as version {event.revision} was returned and the accepted one counts; correct it again if"
            f" need be, because: {event.reason}",
        )
    count = len(event.places)
    places, places_en = (f" {count} chỗ", f" in {count} places") if count else ("", "")
    return sentence(
        f"bị trả lại; hãy sửa{places} rồi gửi lại, lý do: {event.reason}",
        f"was returned; put it right{places_en} and send it again, because: {event.reason}",
    )


def _urged(event: ReportUrged) -> Sentence:
    note = f" {event.note}" if event.note else ""
    return sentence(
        f"chưa nhận được; đề nghị hoàn thành và gửi ngay.{note}", f"has not come yet; complete and send it now.{note}"
    )


REVIEW_RULES: Final[tuple[Rule[Any], ...]] = (
    _rule(
        ReportSubmitted,
        "ask_who_accepts_a_report",
        sentence("Báo cáo chờ chấp nhận", "A report waits to be accepted"),
        _sent,
        audience=_judges,
        whom=_JUDGE,
    ),
    _rule(
        ReportRecalled,
        "tell_who_accepts_of_a_recalled_report",
        sentence("Đơn vị rút lại báo cáo", "A report is taken back"),
        lambda _: sentence(
            "được đơn vị rút lại để sửa; chưa phải chấp nhận, chờ bản gửi lại",
            "was taken back by its unit to be mended; wait for the next one",
        ),
        audience=_judges,
        whom=_JUDGE,
    ),
    _rule(
        ReportReturned,
        "tell_the_unit_of_a_returned_report",
        sentence("Báo cáo bị trả lại", "A report is returned"),
        _returned,
    ),
    _rule(
        ReportAccepted,
        "tell_the_unit_of_an_accepted_report",
        sentence("Báo cáo được chấp nhận", "A report is accepted"),
        lambda it: sentence(
            f"bản {it.revision} đã được chấp nhận, số liệu được tính vào tổng hợp; thấy sai thì hãy đính chính",
            f"version {it.revision} was accepted and its figures count; correct what is found wrong",
        ),
    ),
    _rule(
        ReportCorrected,
        "ask_who_accepts_a_corrected_report",
        sentence("Báo cáo đính chính chờ chấp nhận", "A corrected report waits to be accepted"),
        lambda it: sentence(
            f"được đính chính thành bản {it.revision}, bản trước vẫn tính đến khi chấp nhận; hãy xem và chấp nhận, "
            f"lý do: {it.reason}",
            f"was corrected as version {it.revision}; the one before counts until it is accepted; look at it and accept"
            f" it, because: {it.reason}",
        ),
        audience=_judges,
        whom=_JUDGE,
    ),
    _rule(
        ReportOutdated,
        "tell_the_unit_whose_report_holds_figures_that_were_corrected",
        sentence("Báo cáo có số liệu cấp dưới đã đổi", "A report holds figures that have changed below"),
        lambda it: sentence(
            f"chưa tính bản {it.because.revision} vừa được chấp nhận của một đơn vị cấp dưới; hãy tổng hợp lại và đính "
            "chính báo cáo này",
            f"holds not yet version {it.because.revision} of a unit below, which was accepted; add them up again and"
            " correct this report",
        ),
    ),
    _rule(
        ReportUrged,
        "urge_a_unit_for_its_report",
        sentence("Đôn đốc báo cáo", "A unit is urged to report"),
        _urged,
        audience=lambda it: () if it.by_hand else _unit(it),
    ),
    _rule(
        ReviewConsolidated,
        "tell_who_uses_a_consolidated_annex_of_another_version",
        sentence("Bảng tổng hợp có bản mới", "A consolidated annex has another version"),
        lambda it: sentence(
            f"bảng tổng hợp đã có bản {it.version}; hãy xem chỗ khác bản trước rồi mới dùng",
            f"its consolidated annex has version {it.version}; look at what differs before it is used",
        ),
        audience=lambda it: (InUnit(_KEEPERS, it.unit_id),) if it.version > 1 else (),
        whom=_KEEPING,
    ),
    _rule(
        ReviewOutdated,
        "tell_who_keeps_a_review_that_its_annex_lacks_a_report",
        sentence("Bảng tổng hợp thiếu báo cáo mới chấp nhận", "A consolidated annex lacks a report"),
        lambda _: sentence(
            "có báo cáo được chấp nhận sau bản tổng hợp mới nhất; hãy tổng hợp lại",
            "a report was accepted after the latest version of its annex; add them up again",
        ),
        audience=lambda it: (InUnit(_KEEPERS, it.unit_id),),
        whom=_KEEPING,
    ),
    _rule(
        ReviewClosed,
        "tell_units_without_a_report_that_a_review_is_closed",
        sentence("Đợt báo cáo đã khép", "A review is closed"),
        lambda _: sentence(
            "đã khép khi chưa có báo cáo của đơn vị được chấp nhận; cần gửi thì hãy đề nghị nơi mở đợt mở lại",
            "was closed, and no report of your unit was accepted; ask whoever holds it to reopen it if need be",
        ),
        audience=_left_out,
        whom=_WAITING,
    ),
    _rule(
        ReviewReopened,
        "tell_units_without_a_report_that_a_review_is_open_again",
        sentence("Đợt báo cáo được mở lại", "A review is open again"),
        lambda it: sentence(
            f"được mở lại, báo cáo được nhận tiếp; hãy gửi báo cáo của đơn vị, lý do: {it.reason}",
            f"is open again and takes reports; send the one of your unit, because: {it.reason}",
        ),
        audience=_left_out,
        whom=_WAITING,
    ),
)
"""The rows of the table of rules that tell of reviews and reports."""
