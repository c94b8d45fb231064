"""Rules of signing delegations: KT. of S003, TL. of S004, and that nobody passes on what was given to them."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.organisation.signing import SIGNING, DelegationRow, Signature, signature
from chassis.testing import given, project_all
from contracts.registry import Role, SigningDelegated, SigningEnded
from contracts.values import Document, DocumentKind, SigningCapacity
from services.registry.domain.signing import DELEGATION, DelegateSigning, EndSigning, Known, delegation_id
from services.registry.reference.signing_rules import Standing

HEAD, SIGNER, THIRD, UNIT = (UUID(int=number, version=4) for number in range(1, 5))
TODAY = date(2024, 11, 20)
DEPUTY = DelegateSigning(
    unit_id=UNIT, signer_id=SIGNER, capacity=SigningCapacity.DEPUTY, since=TODAY, until=TODAY + timedelta(days=10),
    basis="12/QĐ-BHXH", basis_on=TODAY,
)  # fmt: skip
ORDER = DEPUTY.model_copy(
    update={"capacity": SigningCapacity.BY_ORDER, "kinds": (DocumentKind.OFFICIAL_LETTER,), "until": None}
)
DIRECTOR = Standing(here=frozenset({Role.DIRECTOR_GENERAL}))


def holding(*here: Role, below: Role | None = None, above: Role | None = None) -> Standing:
    one = {"below": below, "above": above}
    return Standing(here=frozenset(here), **{name: frozenset({role}) for name, role in one.items() if role})


def delegated(command: DelegateSigning) -> SigningDelegated:
    facts = command.model_dump(exclude={"basis", "basis_on"})
    basis = Document(number=command.basis, issued_on=command.basis_on)
    return SigningDelegated(delegation_id=delegation_id(command, HEAD), principal_id=HEAD, basis=basis, **facts)


def rows(*events: SigningDelegated | SigningEnded) -> list[DelegationRow]:
    found = project_all(SIGNING, *events)["signing_delegations"]
    return [DelegationRow(delegation_id=key[0], **row) for key, row in found.items()]  # type: ignore[arg-type]


@pytest.mark.requirement("B5")
def test_the_deputy_of_s003_signs_for_the_director_general() -> None:
    known = Known(DIRECTOR, holding(Role.DEPUTY))
    given(DELEGATION).knowing(known).when(DEPUTY, by=HEAD).then(delegated(DEPUTY))
    signed = signature(DocumentKind.PLAN, TODAY, {Role.DEPUTY}, rows(delegated(DEPUTY)), {HEAD})
    assert signed == Signature(SigningCapacity.DEPUTY, HEAD, delegation_id(DEPUTY, HEAD))


@pytest.mark.requirement("B5")
@pytest.mark.parametrize("signer", [holding(Role.EMULATION_DEPARTMENT), holding(below=Role.UNIT_HEAD)])
def test_the_head_of_a_department_as_in_s004_signs_letters_by_order_and_no_other_papers(signer: Standing) -> None:
    given(DELEGATION).knowing(Known(DIRECTOR, signer)).when(ORDER, by=HEAD).then(delegated(ORDER))
    known = rows(delegated(ORDER))
    letter = signature(DocumentKind.OFFICIAL_LETTER, TODAY, set(), known, {HEAD})
    assert letter == Signature(SigningCapacity.BY_ORDER, HEAD, delegation_id(ORDER, HEAD))
    assert signature(DocumentKind.DECISION_DOCUMENT, TODAY, set(), known, {HEAD}) is None


@pytest.mark.requirement("B5")
def test_who_signs_for_another_delegates_it_to_nobody() -> None:
    known = Known(holding(Role.DEPUTY), holding(Role.DEPUTY), signs_for_another=True)
    refused = given(DELEGATION).knowing(known).when(DEPUTY, by=THIRD).rejected("signature-delegated-further")
    assert "30/2020" in refused.source
    other = Known(holding(Role.DEPUTY), holding(Role.DEPUTY))
    said = given(DELEGATION).knowing(other).when(DEPUTY, by=THIRD).rejected("not-ones-signature")
    assert "Tổng Giám đốc hoặc thủ trưởng đơn vị" in said.vi


def test_the_head_signs_directly_and_the_chair_minutes_on_behalf_of_the_council() -> None:
    known = rows(delegated(DEPUTY))
    assert signature(DocumentKind.PLAN, TODAY, {Role.UNIT_HEAD}, known, {HEAD}) == Signature(SigningCapacity.DIRECT)
    council = signature(DocumentKind.MINUTES, TODAY, {Role.COUNCIL_CHAIR}, [], set())
    assert council == Signature(SigningCapacity.ON_BEHALF_OF_BODY)
    assert signature(DocumentKind.PLAN, TODAY, {Role.COUNCIL_CHAIR}, [], set()) is None


@pytest.mark.parametrize(("days", "signs"), [(-1, False), (0, True), (10, True), (11, False)])
def test_a_delegation_holds_from_its_first_to_its_last_day(days: int, signs: bool) -> None:  # noqa: FBT001
    on = TODAY + timedelta(days=days)
    assert (signature(DocumentKind.PLAN, on, set(), rows(delegated(DEPUTY)), {HEAD}) is not None) is signs


def test_a_delegation_ends_when_it_is_ended_and_with_the_office_of_who_gave_it() -> None:
    about = delegated(DEPUTY).model_dump(include={"delegation_id", "unit_id", "principal_id", "signer_id"})
    ended = SigningEnded(on=TODAY + timedelta(days=3), **about)
    before = given(DELEGATION, delegated(DEPUTY)).knowing(Known())
    before.when(EndSigning(on=ended.on), by=HEAD).then(ended)
    known = rows(delegated(DEPUTY), ended)
    assert signature(DocumentKind.PLAN, TODAY + timedelta(days=2), set(), known, {HEAD})
    assert signature(DocumentKind.PLAN, ended.on, set(), known, {HEAD}) is None
    assert signature(DocumentKind.PLAN, TODAY, set(), known, set()) is None
    given(DELEGATION, delegated(DEPUTY), ended).knowing(Known()).when(EndSigning(on=ended.on)).nothing()
    before.when(EndSigning(on=TODAY - timedelta(days=1))).rejected("signing-ended-back")
    given(DELEGATION).knowing(Known()).when(EndSigning()).rejected("no-such-delegation")


LIMITED = DEPUTY.model_copy(update={"capacity": SigningCapacity.BY_DELEGATION})
ACTING = DEPUTY.model_copy(update={"capacity": SigningCapacity.ACTING})
ABOVE = holding(above=Role.UNIT_HEAD)


@pytest.mark.parametrize(
    ("command", "known", "code"),
    [
        (DEPUTY.model_copy(update={"capacity": SigningCapacity.DIRECT}), Known(DIRECTOR), "signing-is-direct"),
        (DEPUTY.model_copy(update={"signer_id": HEAD}), Known(DIRECTOR), "signature-for-oneself"),
        (DEPUTY, Known(DIRECTOR, holding(Role.OFFICER)), "signer-lacks-the-office"),
        (LIMITED, Known(DIRECTOR, holding(Role.DEPUTY)), "delegation-unlimited"),
        (DEPUTY.model_copy(update={"until": TODAY - timedelta(days=1)}), Known(DIRECTOR, holding(Role.DEPUTY)),
         "delegation-ends-before-it-starts"),
        (DEPUTY.model_copy(update={"since": TODAY - timedelta(days=1)}), Known(DIRECTOR, holding(Role.DEPUTY)),
         "delegation-before-its-basis"),
        (ACTING, Known(ABOVE, holding(Role.DEPUTY), headed=True), "unit-has-a-head"),
        (ACTING, Known(DIRECTOR, holding(Role.DEPUTY)), "not-ones-signature"),
    ],
)  # fmt: skip
def test_what_cannot_be_delegated(command: DelegateSigning, known: Known, code: str) -> None:
    given(DELEGATION).knowing(known).when(command, by=HEAD).rejected(code)


def test_the_head_above_lets_somebody_act_as_head_where_there_is_none() -> None:
    given(DELEGATION).knowing(Known(ABOVE, holding(Role.DEPUTY))).when(ACTING, by=HEAD).then(delegated(ACTING))


def test_the_same_delegation_again_is_the_same() -> None:
    known = Known(DIRECTOR, holding(Role.DEPUTY))
    given(DELEGATION, delegated(DEPUTY)).knowing(known).when(DEPUTY, by=HEAD).nothing()
