"""What people are told of a registration's way: each fact that asks someone to act, or ends their waiting."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from contracts.event import Event
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    Judge,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationFiledOnBehalf,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationTermsChanged,
    Role,
)
from contracts.values import RegistrationChange
from services.notify.domain.rule import AtTheTop, Category, DirectlyAbove, Group, InUnit, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names, day

E = TypeVar("E", bound=Event)
_HEAD: Final = frozenset({Role.UNIT_HEAD})
_OWN: Final = frozenset({Role.UNIT_HEAD, Role.OFFICER})
_CONFIRMS: Final = frozenset({Role.EMULATION_DEPARTMENT})
_APPRAISES: Final = frozenset({Role.PROFESSIONAL_DEPARTMENT})
_APPROVES: Final = frozenset({Role.SECTOR_LEADER, Role.DIRECTOR_GENERAL})
_CHANGES: Final = {
    RegistrationChange.CORRECTION: ("đính chính số nhập sai", "to correct a wrong entry"),
    RegistrationChange.ADJUSTMENT: ("điều chỉnh chỉ tiêu", "to adjust its targets"),
}


def _unit(event: Any) -> tuple[Group, ...]:
    return (InUnit(_OWN, event.unit_id),)


def _judges(event: RegistrationSubmitted) -> tuple[Group, ...]:
    above = event.judge is Judge.UNIT_ABOVE
    return (DirectlyAbove(_HEAD, event.unit_id) if above else AtTheTop(_CONFIRMS),)


def _behind(event: RegistrationTermsChanged) -> tuple[Group, ...]:
    """Who is to adjust official targets; what else a campaign says anew its own letter has told."""
    return _unit(event) if event.confirmed and event.outdated else ()


def _names(_: Any, names: Names) -> Mapping[str, str]:
    return {"unit": names.unit, "campaign": names.campaign}


def _rule(  # noqa: PLR0917 - a line of the table
    event: type[E], name: str, template: str, title: Sentence, whom: Sentence,
    audience: Callable[[E], tuple[Group, ...]], words: Callable[[E, Names], Mapping[str, str]] = _names,
) -> Rule[E]:  # fmt: skip
    return Rule(event, name, Category.DUTY, template=template, title=title, whom=whom, audience=audience, words=words)


REGISTRATION_RULES: Final[tuple[Rule[Any], ...]] = (
    _rule(
        DraftSentForAppraisal,
        "tell_those_who_appraise_of_a_draft",
        "registration_draft_sent",
        sentence("Dự thảo đăng ký chờ thẩm định, phê duyệt", "A draft registration waits for appraisal or approval"),
        sentence(
            "Ban nghiệp vụ; với đơn vị ở Trung ương là lãnh đạo Ngành",
            "The professional departments; of a central unit, the leaders of the sector",
        ),
        lambda sent: (AtTheTop(_APPROVES if sent.for_approval else _APPRAISES),),
        lambda sent, names: {**_names(sent, names), "appraise_before": day(sent.appraise_before)},
    ),
    _rule(
        AppraisalCompleted,
        "tell_the_unit_of_a_completed_appraisal",
        "registration_appraised",
        sentence("Thẩm định xong dự thảo đăng ký", "A draft registration is appraised"),
        sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị có dự thảo được thẩm định",
            "Head and officers of the unit whose draft is appraised",
        ),
        _unit,
        lambda done, names: {**_names(done, names), "objected": str(done.objected)},
    ),
    _rule(
        RegistrationApproved,
        "tell_the_unit_of_an_approved_draft",
        "registration_approved",
        sentence("Dự thảo đăng ký được phê duyệt", "A draft registration is approved"),
        sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị có dự thảo được phê duyệt",
            "Head and officers of the unit whose draft is approved",
        ),
        _unit,
    ),
    _rule(
        RegistrationSubmitted,
        "tell_those_who_confirm_a_registration",
        "registration_submitted",
        sentence("Bản đăng ký chờ xác nhận", "A registration waits to be confirmed"),
        sentence(
            "Vụ Thi đua - Khen thưởng; với cấp huyện, phòng, tổ là thủ trưởng đơn vị cấp trên trực tiếp",
            "The emulation department; of a district or a team, the head of the unit directly above",
        ),
        _judges,
    ),
    _rule(
        RegistrationFiledOnBehalf,
        "tell_the_unit_of_a_registration_filed_on_its_behalf",
        "registration_filed_on_behalf",
        sentence("Bản đăng ký được nộp thay", "A registration is filed on behalf of a unit"),
        sentence(
            "Thủ trưởng, cấp phó và cán bộ thi đua - khen thưởng của đơn vị được nộp thay",
            "Head, deputies and officers of the unit for which it is filed",
        ),
        lambda filed: (InUnit(_OWN | {Role.DEPUTY}, filed.unit_id),),
        lambda filed, names: {**_names(filed, names), "signed_on": day(filed.signed_on)},
    ),
    _rule(
        RegistrationReturned,
        "tell_the_unit_of_a_returned_registration",
        "registration_returned",
        sentence("Bản đăng ký bị trả lại", "A registration is returned"),
        sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị phải sửa bản đăng ký",
            "Head and officers of the unit that mends its registration",
        ),
        _unit,
        lambda returned, names: {**_names(returned, names), "cells": str(len(returned.cells))},
    ),
    _rule(
        RegistrationConfirmed,
        "tell_the_unit_of_confirmed_targets",
        "registration_confirmed",
        sentence("Bản đăng ký được xác nhận", "A registration is confirmed"),
        sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị có chỉ tiêu được xác nhận",
            "Head and officers of the unit whose targets are confirmed",
        ),
        _unit,
        lambda confirmed, names: {**_names(confirmed, names), "revision": str(confirmed.revision)},
    ),
    _rule(
        RegistrationTermsChanged,
        "tell_the_unit_of_targets_behind_amended_goals",
        "registration_outdated",
        sentence("Chỉ tiêu chưa đạt mục tiêu mới của phong trào", "Targets fall short of a campaign's amended goals"),
        sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị có chỉ tiêu đã xác nhận cần điều chỉnh",
            "Head and officers of the unit whose confirmed targets are to be adjusted",
        ),
        _behind,
        lambda changed, names: {
            **_names(changed, names),
            "document_number": changed.document.number,
            "document_date": day(changed.document.issued_on),
            "cells": str(len(changed.outdated)),
        },
    ),
    _rule(
        RegistrationReopened,
        "tell_the_unit_of_a_reopened_registration",
        "registration_reopened",
        sentence("Bản đăng ký được mở lại", "A registration is opened again"),
        sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của đơn vị có bản đăng ký được mở lại",
            "Head and officers of the unit whose registration is opened again",
        ),
        _unit,
        lambda opened, names: {
            **_names(opened, names),
            "change": _CHANGES[opened.change][0],
            "change_en": _CHANGES[opened.change][1],
        },
    ),
)
"""The rows of the table of rules that tell of registrations."""
