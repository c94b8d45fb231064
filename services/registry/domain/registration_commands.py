"""What may be asked of a registration, each step in the words of its button."""

from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Figure, Line, Paragraphs, Year
from chassis.facts.offers import offered
from contracts.campaigns import (
    CampaignAmended,
    CampaignExtended,
    DeadlineClosed,
    DeadlineMovedFor,
    DeadlineReopened,
    DeadlineSet,
    LatenessExcused,
)
from contracts.registry import LocalBody, RegistrationOpened
from contracts.values import Indicator, RegistrationChange, TargetKind
from services.registry.domain.registration_filing import EnterAsHistory, FileOnBehalf
from services.registry.domain.registration_state import Known, Place, Registration

Reason = Annotated[str, Line(1000)]
Words = Annotated[str, Paragraphs(2000)]
_MOST: Final = 20
_SAID: Final = "…"


def _places(registration: Registration) -> list[Place]:
    return sorted(registration.pledges, key=lambda place: (place[1], place[0]))


class OpenRegistration(Command):
    """Ask a unit to register, on a campaign's terms; the goals are those that apply to the unit's kind."""

    terms: RegistrationOpened


class FollowCampaign(Command):
    """Go by what the campaign says from now on; `version` is the place of that in the campaign's own story."""

    said: CampaignAmended | CampaignExtended
    version: int


class FollowDeadline(Command):
    """Go by what has become of the unit's deadline; `version` is the place of that in the deadline's own story."""

    said: DeadlineSet | DeadlineMovedFor | DeadlineClosed | DeadlineReopened | LatenessExcused
    version: int


def _possible(registration: Registration, _: Known | None) -> Iterable["RegisterTarget"]:
    """Pledges that could be meant, for each goal: what it asks for, more, less; one of them is another than stands."""
    for goal in registration.terms.goals if registration.terms else ():
        for value in (goal.value, *(goal.value + by for by in (1, -1, 2, -2))):
            yield RegisterTarget(indicator=goal.indicator, year=goal.year, value=value, reason=_SAID)


@offered(vi="Đăng ký chỉ tiêu", en="Register a target", trials=_possible, by=("indicator", "year"))
class RegisterTarget(Command):
    """Pledge a value for one indicator and year, in the measure of the campaign's goal.

    `maintain` keeps what is reached already. A figure weaker than the official one needs a `reason`.
    """

    indicator: Indicator
    year: Year
    value: Figure = Field(description="Per cent, at most 6 decimal places.")
    kind: TargetKind = TargetKind.QUANTITATIVE
    reason: Annotated[str, Line(1000, 0)] = ""


@offered(
    vi="Rút chỉ tiêu ngoài mục tiêu",
    en="Withdraw a target beyond the goals",
    trials=lambda it, _: [WithdrawTarget(indicator=name, year=year, reason=_SAID) for name, year in _places(it)],
    by=("indicator", "year"),
)
class WithdrawTarget(Command):
    """No longer pledge a value for which the campaign has no goal in that year."""

    indicator: Indicator
    year: Year
    reason: Reason


@offered(
    vi="Đăng ký chỉ tiêu không định lượng",
    en="Register a qualitative target",
    trials=lambda it, _: [
        SetQualitativeTarget(number=n, requirement=_SAID, solution=_SAID) for n in range(1, len(it.qualitative) + 2)
    ],
    by=("number",),
)
class SetQualitativeTarget(Command):
    """Pledge something without a figure: what is required, and how it will be met."""

    number: int = Field(ge=1, le=_MOST)
    requirement: Reason
    solution: Words


@offered(
    vi="Ghi tiến độ chỉ tiêu không định lượng",
    en="Tell the progress of a qualitative target",
    trials=lambda it, _: [TellQualitativeProgress(number=number, progress=_SAID) for number in it.qualitative],
    by=("number",),
)
class TellQualitativeProgress(Command):
    """Say how far the unit has come with what it pledged without a figure."""

    number: int = Field(ge=1, le=_MOST)
    progress: Words
    done: bool = False


@offered(
    vi="Ghi giải pháp",
    en="State a solution",
    trials=lambda it, _: [
        SetSolution(indicator=name, solution=_SAID)
        for name in dict.fromkeys(goal.indicator for goal in (it.terms.goals if it.terms else ()))
    ],
    by=("indicator",),
)
class SetSolution(Command):
    """Say how the unit means to reach its target for an indicator."""

    indicator: Indicator
    solution: Words


@offered(
    vi="Gắn với phong trào đang thực hiện",
    en="Tie to running movements",
    trials=lambda it, _: [
        TieMovements(numbers=[each.document.number]) for each in (it.terms.movements if it.terms else ())
    ],
    by=("numbers",),
)
class TieMovements(Command):
    """Say to which running movements, by their documents' numbers, the unit ties what it registers. Source: S001-15."""

    numbers: list[Annotated[str, Line(60)]] = Field(min_length=1, max_length=_MOST)


@offered(
    vi="Xin ý kiến địa phương",
    en="Ask a local body",
    trials=lambda _, __: [AskOpinion(body=body) for body in LocalBody],
    by=("body",),
)
class AskOpinion(Command):
    """Ask a local body what it thinks of the draft; nothing waits for its answer."""

    body: LocalBody


@offered(
    vi="Ghi ý kiến địa phương",
    en="Record a local body's opinion",
    trials=lambda it, _: [RecordOpinion(body=body, opinion=_SAID) for body in it.asked],
    by=("body",),
)
class RecordOpinion(Command):
    """Record what a local body has answered, and by which document."""

    body: LocalBody
    opinion: Words
    document: Annotated[str, Line(100, 0)] = ""


@offered(vi="Gửi dự thảo thẩm định", en="Send the draft for appraisal")
class SendDraftForAppraisal(Command):
    """Lay the draft before the professional departments, as the unit's head. Source: S002-17."""


@offered(
    vi="Thống nhất chỉ tiêu",
    en="Agree with a target",
    trials=lambda it, _: [AgreeWithTarget(indicator=name, year=year) for name, year in _places(it)],
    by=("indicator", "year"),
)
class AgreeWithTarget(Command):
    """Agree with a figure as it stands. Source: S002-17."""

    indicator: Indicator
    year: Year


@offered(
    vi="Không thống nhất chỉ tiêu",
    en="Object to a target",
    trials=lambda it, _: [ObjectToTarget(indicator=name, year=year, reason=_SAID) for name, year in _places(it)],
    by=("indicator", "year"),
)
class ObjectToTarget(Command):
    """Don't agree with a figure, and say why."""

    indicator: Indicator
    year: Year
    reason: Reason


@offered(vi="Phê duyệt dự thảo", en="Approve the draft")
class ApproveRegistration(Command):
    """Approve a central unit's draft before it is sent, as a leader of the sector. Source: S002-21."""


@offered(vi="Gửi bản đăng ký", en="Send the registration in")
class SubmitRegistration(Command):
    """Send the registration in, as the unit's head."""


@offered(vi="Xác nhận bản đăng ký", en="Confirm the registration")
class ConfirmRegistration(Command):
    """Make the targets official. Source: S002-17, S002-21."""


@offered(vi="Xác nhận bản đăng ký của đơn vị cấp dưới", en="Confirm the registration of a unit below")
class ConfirmFromAbove(Command):
    """Make the targets of a unit below official, as head of the unit above it."""


class Cell(Command):
    """A figure that is wrong, and why."""

    indicator: Indicator
    year: Year
    reason: Reason


class _Return(Command):
    cells: list[Cell] = Field(default=[], max_length=500)
    note: Annotated[str, Line(1000, 0)] = ""


@offered(vi="Trả lại bản đăng ký", en="Return the registration", trials=lambda _, __: [ReturnRegistration(note=_SAID)])
class ReturnRegistration(_Return):
    """Give a registration back to its unit, with a reason for each figure that is wrong."""


@offered(
    vi="Trả lại bản đăng ký của đơn vị cấp dưới",
    en="Return the registration of a unit below",
    trials=lambda _, __: [ReturnFromAbove(note=_SAID)],
)
class ReturnFromAbove(_Return):
    """Give a registration back to a unit below, as head of the unit above it."""


@offered(
    vi="Mở lại bản đăng ký",
    en="Reopen the registration",
    trials=lambda _, __: [ReopenRegistration(change=change, reason=_SAID) for change in RegistrationChange],
    by=("change",),
)
class ReopenRegistration(Command):
    """Open official targets again: to correct a wrong entry, or to adjust what is pledged. They hold meanwhile."""

    change: RegistrationChange
    reason: Reason


RegistrationCommand = (
    OpenRegistration
    | FollowCampaign
    | FollowDeadline
    | RegisterTarget
    | WithdrawTarget
    | SetQualitativeTarget
    | TellQualitativeProgress
    | SetSolution
    | TieMovements
    | AskOpinion
    | RecordOpinion
    | SendDraftForAppraisal
    | AgreeWithTarget
    | ObjectToTarget
    | ApproveRegistration
    | SubmitRegistration
    | FileOnBehalf
    | EnterAsHistory
    | ConfirmRegistration
    | ConfirmFromAbove
    | ReturnRegistration
    | ReturnFromAbove
    | ReopenRegistration
)
"""All that may be asked, in the order of a registration's life."""
