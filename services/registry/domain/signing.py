"""A signing delegation: somebody signs papers of a unit for its head, in a capacity, from a day to a day.

Who signs for another does not let a third sign (Decree 30/2020/NĐ-CP art. 13). Source: B5.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.kinds import Day
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from chassis.facts.role_names import named
from contracts.registry import SigningDelegated, SigningEnded, SigningEvent
from contracts.values import Document, DocumentKind, SigningCapacity
from services.registry.domain.proposal import Number
from services.registry.domain.roles import not_too_late
from services.registry.reference import ROLE_RULES, SIGNING_RULES
from services.registry.reference.signing_rules import Standing

ART_13: Final = "Decree 30/2020/NĐ-CP art. 13"
FURTHER: Final = Refusal(
    "signature-delegated-further",
    "Người được giao ký thay, ký thừa lệnh hoặc thừa ủy quyền không được giao lại cho người khác ký; hãy trình người có"
    " thẩm quyền tự giao.",
    "Who signs for another does not let a third person sign; ask whose signature it is to delegate it.",
    ART_13,
)
NOT_ONES_OWN: Final = Refusal(
    "not-ones-signature",
    "Chỉ {roles} của đơn vị mới giao được việc ký này vào ngày đó; hãy đề nghị người đó giao.",
    "Only the {roles_en} can delegate this signature on that day; ask that person to.",
    ART_13,
)
OWN: Final = Refusal(
    "signature-for-oneself",
    "Không ai giao cho chính mình ký; hãy chọn người được giao ký.",
    "Nobody delegates a signature to oneself; choose who is to sign.",
)
DIRECT: Final = Refusal(
    "signing-is-direct",
    "Người đứng đầu ký trực tiếp thì không cần giao; hãy chọn KT., TL., TUQ., Q. hoặc TM.",
    "Who signs as head needs no delegation; choose KT., TL., TUQ., Q. or TM.",
)
SIGNER_UNFIT: Final = Refusal(
    "signer-lacks-the-office",
    "Ký theo tư cách này cần vai trò {roles} còn hiệu lực vào ngày bắt đầu; hãy chọn người khác hoặc cấp vai trò"
    " trước.",
    "Signing in this capacity needs the role {roles_en} on its first day; choose somebody else or give the role first.",
    ART_13,
)
UNLIMITED: Final = Refusal(
    "delegation-unlimited",
    "Thừa ủy quyền phải nêu loại văn bản và ngày kết thúc; hãy bổ sung.",
    "A signature by delegation names its kinds of paper and its last day; add them.",
    ART_13,
)
ENDS_BEFORE: Final = Refusal(
    "delegation-ends-before-it-starts",
    "Ngày kết thúc việc giao ký trước ngày bắt đầu; hãy sửa lại thời hạn.",
    "The delegation would end before it starts; correct its period.",
)
BEFORE_BASIS: Final = Refusal(
    "delegation-before-its-basis",
    "Việc giao ký không bắt đầu trước ngày của văn bản làm căn cứ ({day}), và văn bản không đề ngày sau hôm nay; hãy"
    " sửa lại ngày.",
    "A delegation does not start before the day of its paper ({day_en}), nor is the paper of a day to come; correct.",
)
HEADED: Final = Refusal(
    "unit-has-a-head",
    "Đơn vị đang có thủ trưởng nên không giao quyền thủ trưởng (Q.); hãy chọn ký thay (KT.).",
    "The unit has a head, so nobody acts as one (Q.); choose KT.",
)
ENDED_BACK: Final = Refusal(
    "signing-ended-back",
    "Không chấm dứt việc giao ký về trước hôm nay ({today}), vì văn bản đã ký khi đó là đúng thẩm quyền; hãy chọn từ"
    " hôm nay.",
    "A delegation is not ended as of a day before today ({today_en}): what was signed stands; choose today or later.",
)
UNKNOWN: Final = Refusal(
    "no-such-delegation",
    "Không có việc giao ký này; hãy xem lại danh sách.",
    "There is no such delegation; look at the list.",
)


class DelegateSigning(Command):
    """Let somebody sign papers of a unit, whose signature is one's own; no kinds named means all papers."""

    unit_id: UUID
    signer_id: UUID
    capacity: SigningCapacity
    kinds: tuple[DocumentKind, ...] = ()
    since: Day
    until: Day | None = None
    basis: Number
    basis_on: Day


@offered("Chấm dứt việc giao ký", "End the delegation")
class EndSigning(Command):
    """End a delegation: its last day is the day before `on`, today where no day is named."""

    on: Day | None = None


SigningCommand = DelegateSigning | EndSigning


@dataclass(frozen=True, slots=True)
class Known:
    """What both hold on the first day, seen from the unit.

    `headed`: the unit has a head; `signs_for_another`: who delegates signs there for somebody else.
    """

    principal: Standing = field(default_factory=Standing)
    signer: Standing = field(default_factory=Standing)
    headed: bool = False
    signs_for_another: bool = False


def delegation_id(command: DelegateSigning, principal: UUID | None) -> UUID:
    """Id of a delegation: the same again is the same."""
    terms = f"{principal}/{command.signer_id}/{command.capacity}/{command.since}"
    return uuid5(command.unit_id, f"signing/{terms}")


@dataclass(frozen=True, slots=True)
class Delegation:
    """What was delegated, and from when on it is no longer."""

    terms: SigningDelegated | None = None
    ended: SigningEnded | None = None


def decide(command: SigningCommand, state: Delegation, known: Known, context: Context) -> Sequence[SigningEvent]:
    """A head lets somebody sign, and ends that again."""
    match command:
        case DelegateSigning():
            return [] if state.terms is not None else [_delegated(command, known, context)]
        case EndSigning():
            return _ended(command, state, context)
        case _:
            assert_never(command)


def _delegated(command: DelegateSigning, known: Known, context: Context) -> SigningDelegated:
    if command.capacity is SigningCapacity.DIRECT:
        raise DIRECT()
    if context.actor is None or context.actor == command.signer_id:
        raise OWN()
    rule = SIGNING_RULES.on(command.since)
    wanted = rule.capacities[command.capacity]
    if not wanted.principal.met_by(known.principal):
        raise FURTHER() if known.signs_for_another else _by_roles(NOT_ONES_OWN, wanted.principal)
    if not wanted.signer.met_by(known.signer):
        raise _by_roles(SIGNER_UNFIT, wanted.signer)
    if command.capacity is SigningCapacity.ACTING and known.headed:
        raise HEADED()
    _in_time(command, context, limited=wanted.limited)
    facts = command.model_dump(exclude={"basis", "basis_on"})
    return SigningDelegated(
        delegation_id=delegation_id(command, context.actor),
        principal_id=context.actor,
        basis=Document(number=command.basis, issued_on=command.basis_on),
        **facts,
    )


def _in_time(command: DelegateSigning, context: Context, *, limited: bool) -> None:
    if command.until is not None and command.until < command.since:
        raise ENDS_BEFORE()
    if limited and (command.until is None or not command.kinds):
        raise UNLIMITED()
    if command.since < command.basis_on or command.basis_on > context.occurred_on:
        raise BEFORE_BASIS(day=f"{command.basis_on:%d/%m/%Y}", day_en=f"{command.basis_on}")
    not_too_late(command.since, ROLE_RULES.on(context.occurred_on), context.occurred_on)


def _by_roles(refusal: Refusal, standing: Standing) -> Rejected:
    vi, en = named(standing.roles())
    return refusal(roles=vi, roles_en=en)


def _ended(command: EndSigning, state: Delegation, context: Context) -> Sequence[SigningEvent]:
    if state.terms is None:
        raise UNKNOWN()
    today = context.occurred_on
    on = command.on or today
    if on < today:
        raise ENDED_BACK(today=f"{today:%d/%m/%Y}", today_en=f"{today}")
    last = state.terms.until
    if state.ended is not None:
        last = state.ended.on - timedelta(days=1)
    if last is not None and last < on:
        return []
    about: dict[str, Any] = state.terms.model_dump(include={"delegation_id", "unit_id", "principal_id", "signer_id"})
    return [SigningEnded(on=on, **about)]


def evolve(state: Delegation, event: SigningEvent) -> Delegation:
    """The delegation after an event of its stream."""
    match event:
        case SigningDelegated():
            return Delegation(event)
        case SigningEnded():
            return Delegation(state.terms, event)
        case _:
            assert_never(event)


DELEGATION: Final[Decider[SigningCommand, Delegation, SigningEvent, Known]] = Decider(
    "delegation", Delegation(), decide, evolve
)
