"""Decision: an authority grants an award to nominees, under a number and a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.kinds import Day, Line
from contracts.awards import DecisionEvent, DecisionIssued
from contracts.values import Document
from services.awards.domain.nomination import Nomination, Status, already_granted

NUMBER: Final = r"^[1-9][0-9]{0,5}/QĐ-[A-ZĐ]{2,20}(-[A-ZĐ]{2,20})?$"
"""Form of a decision's number, such as 123/QĐ-BHXH. Source: M-1."""

_DECISIONS: Final = uuid5(NAMESPACE_URL, "urn:thidua:decisions")


class Nominee(BaseModel):
    """A nomination as it stands when the decision is made; `within` when its unit is the authority or below it.

    `verifiers`: who verified the results on which it rests, None where that is not known of one of them. `excused`: a
    head above has allowed that whoever decides may do so about their own work.
    """

    model_config = ConfigDict(frozen=True)

    nomination_id: UUID
    nomination: Nomination
    within: bool
    verifiers: frozenset[UUID | None]
    excused: bool = False


class LegalBasis(Document):
    """A document that the decision rests on, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[str, Line(60, name=True)]
    issued_on: Day
    title: Annotated[str, Line(1000, shortest=0, name=True)] = ""


class IssueDecision(Command):
    """Grant an award to the nominees listed."""

    number: str = Field(pattern=NUMBER)
    signed_on: date
    authority_id: UUID
    award: str
    nominations: tuple[UUID, ...]
    legal_bases: tuple[LegalBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, None before."""

    issued: DecisionIssued | None = None


def decision_id(authority_id: UUID, number: str, signed_on: date) -> UUID:
    """Id of a decision: an authority's numbers start anew each year."""
    return uuid5(_DECISIONS, f"{authority_id}/{number}/{signed_on.year}")


def decide(
    command: IssueDecision, decision: Decision, nominees: tuple[Nominee, ...], context: Context
) -> Sequence[DecisionEvent]:
    """A number is used once; every nominee has been submitted for this award and was not honoured yet."""
    issued = DecisionIssued(
        decision_id=decision_id(command.authority_id, command.number, command.signed_on),
        legal_bases=tuple(Document(**basis.model_dump()) for basis in command.legal_bases),
        **command.model_dump(exclude={"legal_bases"}),
    )
    if decision.issued == issued:
        return []
    if decision.issued is not None:
        raise Rejected(
            "decision-number-taken",
            f"Số {command.number} đã dùng cho một quyết định khác trong năm; hãy nhập số khác.",
            f"The number {command.number} belongs to another decision of this year; enter another one.",
        )
    if command.signed_on > context.occurred_on:
        raise Rejected(
            "signed-in-the-future",
            f"Ngày ký {command.signed_on:%d/%m/%Y} chưa đến; hãy nhập ngày ký không sau hôm nay.",
            f"The decision cannot be signed on {command.signed_on}, which is to come; enter a day up to today.",
        )
    if not command.nominations:
        raise Rejected(
            "no-nominee",
            "Quyết định chưa có tập thể nào được khen thưởng; hãy chọn ít nhất một đề nghị.",
            "The decision honours nobody; choose at least one nomination.",
        )
    if len(set(command.nominations)) < len(command.nominations):
        raise Rejected(
            "nominee-repeated",
            "Một đề nghị được nêu hai lần trong danh sách; hãy bỏ bản trùng.",
            "A nomination is listed twice; remove the repeated one.",
        )
    for nominee in nominees:
        _check(nominee, command.award, context)
    return [issued]


def _check(nominee: Nominee, award: str, context: Context) -> None:
    proposal, status = nominee.nomination.proposal, nominee.nomination.status
    if proposal is None or not nominee.within:  # one answer for both: what is beyond the authority is not told
        raise Rejected(
            "nominee-outside-authority",
            f"Đề nghị {nominee.nomination_id} không có hoặc không thuộc thẩm quyền; hãy bỏ khỏi danh sách.",
            f"Nomination {nominee.nomination_id} is not there or not within the authority; leave it out.",
            "S003-6",
        )
    if status is Status.DRAFT:
        raise Rejected(
            "not-submitted",
            f"Đề nghị {nominee.nomination_id} chưa được nộp; hãy bỏ khỏi danh sách hoặc chờ đơn vị nộp hồ sơ.",
            f"Nomination {nominee.nomination_id} was not submitted; leave it out or wait for its dossier.",
        )
    if proposal.award != award:
        raise Rejected(
            "award-differs",
            f"Đề nghị {nominee.nomination_id} là cho hình thức khen thưởng khác; hãy bỏ khỏi danh sách.",
            f"Nomination {nominee.nomination_id} is for another award; leave it out.",
        )
    if status is Status.GRANTED:
        raise already_granted(nominee.nomination_id)
    _check_hands(nominee, context)


def _check_hands(nominee: Nominee, context: Context) -> None:
    """Who wrote it, or found right what it rests on, does not decide; unless a head above has allowed it."""
    if None in nominee.verifiers:
        raise Rejected(
            "verifier-unknown",
            f"Chưa biết ai đã thẩm định kết quả của đề nghị {nominee.nomination_id}; hãy thử lại sau giây lát, hoặc bỏ"
            " khỏi danh sách.",
            f"It is not known yet who verified the results of nomination {nominee.nomination_id}; try again shortly, or"
            " leave it out.",
        )
    if nominee.excused:
        return
    if context.actor is None or context.actor in nominee.nomination.hands:
        raise Rejected(
            "proposer-may-not-decide",
            f"Người lập, bổ sung giấy tờ hoặc nộp đề nghị {nominee.nomination_id} không được quyết định; hãy để người"
            " khác có quyền ký, hoặc đề nghị thủ trưởng cấp trên cho phép ngoại lệ.",
            f"Who drafted or submitted nomination {nominee.nomination_id}, or put a paper into it, may not decide on"
            " it; let somebody else with the right, or ask the head above to allow an exception.",
        )
    if context.actor in nominee.verifiers:
        raise Rejected(
            "verifier-may-not-decide",
            f"Người đã thẩm định kết quả của đề nghị {nominee.nomination_id} không được quyết định; hãy để người khác"
            " có quyền ký, hoặc đề nghị thủ trưởng cấp trên cho phép ngoại lệ.",
            f"Who verified the results of nomination {nominee.nomination_id} may not decide on it; let somebody else"
            " with the right, or ask the head above to allow an exception.",
        )


def evolve(_: Decision, event: DecisionEvent) -> Decision:
    """State after one more fact."""
    match event:
        case DecisionIssued():
            return Decision(event)
        case _:
            assert_never(event)


DECISION: Final[Decider[IssueDecision, Decision, DecisionEvent, tuple[Nominee, ...]]] = Decider(
    "decision", Decision(), decide, evolve
)
