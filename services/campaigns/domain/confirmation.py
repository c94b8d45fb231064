"""Confirmation by a local steering committee: entered by the unit, judged by a person, withdrawn. Source: A6, S003-3.

No registration and no figure makes one, and nothing follows from one by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, assert_never
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Line, Paragraphs, Year
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from contracts.campaigns import (
    ConfirmationEntered,
    ConfirmationEvent,
    ConfirmationFinding,
    ConfirmationJudged,
    ConfirmationWithdrawn,
)
from contracts.values import Indicator
from services.campaigns.domain.document_commands import SHA256
from services.campaigns.domain.pack_parts import PackDocument

NOT_ENTERED: Final = Refusal(
    "confirmation-not-entered",
    "Không có xác nhận này; hãy chọn một xác nhận trong danh sách.",
    "There is no such confirmation; choose one of the list.",
    "A6",
)
DOCUMENT_TO_COME: Final = Refusal(
    "confirmation-document-to-come",
    "Văn bản xác nhận đề ngày {day}, chưa tới; hãy nhập lại ngày của văn bản.",
    "The document of the confirmation is dated {day}, which has not come yet; enter its day anew.",
    "A6",
)
OWN_CONFIRMATION: Final = Refusal(
    "own-confirmation-not-judged",
    "Người đã nhập xác nhận không tự đánh giá; hãy đề nghị người khác.",
    "Whoever entered the confirmation does not judge it; ask somebody else.",
    "A6",
)
WITHDRAWN: Final = Refusal(
    "confirmation-withdrawn",
    "Xác nhận này đã được rút; hãy nhập xác nhận mới nếu Ban Chỉ đạo xác nhận lại.",
    "This confirmation was withdrawn; enter a new one if the committee has confirmed it again.",
    "A6",
)


class EnterConfirmation(Command):
    """Enter what a local steering committee has confirmed by a document, with the SHA-256 of its scan."""

    unit_id: UUID
    campaign_id: UUID
    criterion: Indicator
    year: Year | None = None
    committee: Annotated[str, Line(300, name=True)]
    what: Annotated[str, Paragraphs(2000)]
    document: PackDocument
    evidence: str = Field(pattern=SHA256)


@offered(
    vi="Đánh giá xác nhận",
    en="Judge the confirmation",
    trials=lambda _, __: [JudgeConfirmation(finding=each, reason="…") for each in ConfirmationFinding],
    by=("finding",),
)
class JudgeConfirmation(Command):
    """Say whether it proves the criterion, and why."""

    finding: ConfirmationFinding
    reason: Annotated[str, Paragraphs(1000)]


@offered(vi="Rút xác nhận", en="Withdraw the confirmation", trials=lambda _, __: [WithdrawConfirmation(reason="…")])
class WithdrawConfirmation(Command):
    """Say that it does not count any more, and why."""

    reason: Annotated[str, Paragraphs(1000)]


ConfirmationCommand = EnterConfirmation | JudgeConfirmation | WithdrawConfirmation


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What was entered, None before; what was found about it last; whether it was withdrawn."""

    entered: ConfirmationEntered | None = None
    judged: ConfirmationJudged | None = None
    withdrawn: ConfirmationWithdrawn | None = None


def decide(
    command: ConfirmationCommand, confirmation: Confirmation, key: UUID | None, context: Context
) -> Sequence[ConfirmationEvent]:
    """The rules of confirmations; `key` is the id of a new one."""
    if isinstance(command, EnterConfirmation):
        if confirmation.entered is not None or key is None:
            return []
        if command.document.issued_on > context.occurred_on:
            raise DOCUMENT_TO_COME(day=f"{command.document.issued_on:%d/%m/%Y}")
        said = {**dict(command), "document": command.document.fact()}
        return [ConfirmationEntered(confirmation_id=key, entered_by=context.actor, **said)]
    if confirmation.entered is None:
        raise NOT_ENTERED()
    about: dict[str, Any] = confirmation.entered.model_dump(include={"confirmation_id", "unit_id", "campaign_id"})
    match command:
        case JudgeConfirmation():
            return _judge(command, confirmation, about, context)
        case WithdrawConfirmation(reason=reason):
            if confirmation.withdrawn is not None:
                return []
            return [ConfirmationWithdrawn(**about, reason=reason, withdrawn_by=context.actor)]
        case _:
            assert_never(command)


def _judge(
    command: JudgeConfirmation, confirmation: Confirmation, about: dict[str, Any], context: Context
) -> Sequence[ConfirmationEvent]:
    if confirmation.withdrawn is not None:
        raise WITHDRAWN()
    if confirmation.entered is not None and context.actor in {confirmation.entered.entered_by} - {None}:
        raise OWN_CONFIRMATION()
    before = confirmation.judged
    if before is not None and (before.finding, before.reason) == (command.finding, command.reason):
        return []
    return [ConfirmationJudged(**about, finding=command.finding, reason=command.reason, judged_by=context.actor)]


def evolve(confirmation: Confirmation, event: ConfirmationEvent) -> Confirmation:
    """The confirmation after an event of its stream."""
    match event:
        case ConfirmationEntered():
            return Confirmation(event)
        case ConfirmationJudged():
            return replace(confirmation, judged=event)
        case ConfirmationWithdrawn():
            return replace(confirmation, withdrawn=event)
        case _:
            assert_never(event)


CONFIRMATION: Final[Decider[ConfirmationCommand, Confirmation, ConfirmationEvent, UUID | None]] = Decider(
    "confirmation", Confirmation(), decide, evolve
)
