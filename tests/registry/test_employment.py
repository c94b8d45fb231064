"""How people leave and come back, hold second posts, are two records of one human, and by whom they are rated."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import folded, given, project_all
from contracts.registry import (
    AssignmentCorrected,
    LeavingCancelled,
    LeavingReason,
    PersonAssigned,
    PersonEnrolled,
    PersonLeft,
    PersonReturned,
    PersonsJoined,
    PersonsParted,
    PostEnded,
    PostKind,
    PostTaken,
    RemarkGiven,
    Role,
    RoleCancelled,
    RoleGranted,
    RoleRevoked,
    StaffCategory,
)
from services.registry.domain.employment import Stay
from services.registry.domain.person import (
    PERSON,
    AssignPerson,
    CancelLeaving,
    CorrectAssignment,
    EndPost,
    GiveRemark,
    GrantRole,
    JoinPersons,
    Known,
    LeavePerson,
    PartPersons,
    ReturnPerson,
    TakePost,
)
from services.registry.domain.rating import Asked, counted, rating_unit, remarks
from services.registry.views.posts import POSTS

ADMIN, PERSON_ID, OTHER, HERE, THERE = (UUID(int=number, version=4) for number in range(1, 6))
TODAY = date(2024, 11, 20)
NEXT = TODAY + timedelta(days=1)
ENROLLED = PersonEnrolled(person_id=PERSON_ID)
WHO: dict[str, Any] = {"person_id": PERSON_ID}
AS: dict[str, Any] = {"category": StaffCategory.PUBLIC_EMPLOYEE, "works_directly": True}


def assigned(unit: UUID, since: date) -> PersonAssigned:
    return PersonAssigned(**WHO, unit_id=unit, since=since, **AS)


AT_WORK = (ENROLLED, assigned(HERE, date(2024, 1, 1)))
HELD = RoleGranted(**WHO, role=Role.OFFICER, unit_id=HERE, since=date(2024, 1, 1))
TO_COME = RoleGranted(**WHO, role=Role.UNIT_HEAD, unit_id=HERE, since=date(2024, 12, 1))
LEFT = PersonLeft(**WHO, reason=LeavingReason.RETIRED, on=NEXT, unit_id=HERE)
DIED = PersonLeft(**WHO, reason=LeavingReason.DIED, on=TODAY, unit_id=HERE)
THERE_IS = Known(unit=True, other=True)


def leaving(left: PersonLeft) -> LeavePerson:
    return LeavePerson(**left.model_dump(exclude={"unit_id"}))


@pytest.mark.requirement("B3")
@pytest.mark.parametrize("reason", [LeavingReason.RETIRED, LeavingReason.MOVED, LeavingReason.RESIGNED])
def test_all_roles_end_on_the_day_on_which_somebody_leaves(reason: LeavingReason) -> None:
    left = LEFT.model_copy(update={"reason": reason})
    given(PERSON, *AT_WORK, HELD, TO_COME).knowing(THERE_IS).when(leaving(left), by=ADMIN).then(
        left,
        RoleRevoked(**WHO, role=Role.OFFICER, unit_id=HERE, on=NEXT),
        RoleCancelled(**WHO, role=Role.UNIT_HEAD, unit_id=HERE, since=TO_COME.since),
    )


def test_a_death_of_the_past_ends_roles_today_since_what_was_done_stays() -> None:
    died = DIED.model_copy(update={"on": TODAY - timedelta(days=3)})
    ended = RoleRevoked(**WHO, role=Role.OFFICER, unit_id=HERE, on=TODAY)
    given(PERSON, *AT_WORK, HELD).knowing(THERE_IS).when(leaving(died), by=ADMIN).then(died, ended)
    to_come = leaving(DIED.model_copy(update={"on": NEXT}))
    given(PERSON, *AT_WORK).knowing(THERE_IS).when(to_come, by=ADMIN).rejected("death-to-come")


def test_the_last_administrator_leaves_only_after_another_one_is_there_or_by_death() -> None:
    office = RoleGranted(**WHO, role=Role.EMULATION_DEPARTMENT, unit_id=HERE, since=date(2024, 1, 1))
    alone = given(PERSON, *AT_WORK, office).knowing(Known(root=HERE))
    alone.when(leaving(LEFT), by=ADMIN).rejected("last-administrator")
    ended = RoleRevoked(**WHO, role=Role.EMULATION_DEPARTMENT, unit_id=HERE, on=TODAY)
    alone.when(leaving(DIED), by=ADMIN).then(DIED, ended)
    others = Known(root=HERE, administrators=((date(2024, 1, 1), date.max),))
    end = RoleRevoked(**WHO, role=Role.EMULATION_DEPARTMENT, unit_id=HERE, on=NEXT)
    given(PERSON, *AT_WORK, office).knowing(others).when(leaving(LEFT), by=ADMIN).then(LEFT, end)
    given(PERSON, *AT_WORK, office).knowing(others).when(leaving(LEFT), by=PERSON_ID).rejected("own-role")


@pytest.mark.requirement("B3")
def test_who_left_holds_nothing_until_the_return_and_who_died_does_not_return() -> None:
    gone = given(PERSON, *AT_WORK, LEFT).knowing(THERE_IS)
    gone.when(AssignPerson(**WHO, unit_id=THERE, since=NEXT, **AS)).rejected("person-not-there")
    gone.when(GrantRole(**WHO, role=Role.OFFICER, unit_id=HERE, since=TODAY), by=ADMIN).rejected("person-not-there")
    gone.when(leaving(LEFT), by=ADMIN).nothing()
    gone.when(leaving(DIED), by=ADMIN).rejected("person-left-already")
    back = date(2025, 2, 1)
    again = ReturnPerson(**WHO, unit_id=THERE, since=back, **AS)
    gone.when(again).then(PersonReturned(**WHO, on=back), assigned(THERE, back))
    gone.when(again.model_copy(update={"since": TODAY})).rejected("returns-before-leaving")
    given(PERSON, *AT_WORK).knowing(THERE_IS).when(again).rejected("person-not-left")
    given(PERSON, *AT_WORK, DIED).knowing(THERE_IS).when(again).rejected("person-died")
    given(PERSON, *AT_WORK, DIED).knowing(THERE_IS).when(CancelLeaving(**WHO)).then(LeavingCancelled(**WHO))
    stays = folded(PERSON, *AT_WORK, LEFT, PersonReturned(**WHO, on=back), assigned(THERE, back)).work.stays()
    assert stays == (Stay(HERE, date(2024, 1, 1), TODAY), Stay(THERE, back, None))


@pytest.mark.requirement("B3")
@pytest.mark.parametrize("kind", list(PostKind))
def test_a_second_post_and_a_secondment_are_held_beside_the_main_one_and_end(kind: PostKind) -> None:
    post = PostTaken(**WHO, unit_id=THERE, kind=kind, since=TODAY)
    take = TakePost(**post.model_dump())
    at_work = given(PERSON, *AT_WORK).knowing(THERE_IS)
    at_work.when(take).then(post)
    at_work.when(take.model_copy(update={"unit_id": HERE})).rejected("post-is-the-main-one")
    at_work.when(take.model_copy(update={"until": TODAY - timedelta(days=1)})).rejected("post-ends-before-it-starts")
    end = EndPost(**WHO, unit_id=THERE, kind=kind, on=NEXT)
    at_work.when(end).rejected("post-not-held")
    ended = PostEnded(**WHO, unit_id=THERE, kind=kind, since=TODAY, on=NEXT)
    held = given(PERSON, *AT_WORK, post).knowing(THERE_IS)
    held.when(take).nothing()
    held.when(take.model_copy(update={"since": NEXT})).rejected("post-taken-already")
    held.when(end).then(ended)
    given(PERSON, *AT_WORK, post, ended).knowing(THERE_IS).when(end).nothing()
    rows = project_all(POSTS, *AT_WORK, post, ended)["posts"]
    assert rows == {(PERSON_ID, kind, THERE, TODAY): {"until": TODAY}}


@pytest.mark.requirement("B3")
def test_an_assignment_is_corrected_backwards_between_its_neighbours() -> None:
    moved = assigned(THERE, date(2024, 7, 1))
    right = AssignmentCorrected(**WHO, assigned_on=moved.since, unit_id=THERE, since=date(2024, 6, 1), **AS)
    at_work = given(PERSON, *AT_WORK, moved).knowing(THERE_IS)
    correct = CorrectAssignment(**right.model_dump())
    at_work.when(correct).then(right)
    at_work.when(correct.model_copy(update={"assigned_on": TODAY})).rejected("no-such-assignment")
    at_work.when(correct.model_copy(update={"since": date(2024, 1, 1)})).rejected("assignment-out-of-order")
    given(PERSON, *AT_WORK, moved).knowing(Known()).when(correct).rejected("unit-unknown")
    stays = folded(PERSON, *AT_WORK, moved, right).work.stays()
    assert stays == (Stay(HERE, date(2024, 1, 1), date(2024, 5, 31)), Stay(THERE, date(2024, 6, 1), None))
    rows = project_all(POSTS, *AT_WORK, moved, right)["assignments"]
    assert [key[1] for key in rows] == [date(2024, 1, 1), date(2024, 6, 1)]


@pytest.mark.requirement("B3")
def test_two_records_of_one_human_are_joined_and_parted_again() -> None:
    join, joined = JoinPersons(**WHO, into_id=OTHER), PersonsJoined(**WHO, into_id=OTHER)
    double = given(PERSON, *AT_WORK, HELD).knowing(THERE_IS)
    double.when(join, by=ADMIN).then(joined, RoleRevoked(**WHO, role=Role.OFFICER, unit_id=HERE, on=TODAY))
    double.when(join.model_copy(update={"into_id": PERSON_ID}), by=ADMIN).rejected("joined-with-itself")
    given(PERSON, *AT_WORK).knowing(Known()).when(join, by=ADMIN).rejected("other-record-unfit")
    one = given(PERSON, *AT_WORK, joined).knowing(THERE_IS)
    one.when(join, by=ADMIN).nothing()
    one.when(AssignPerson(**WHO, unit_id=THERE, since=TODAY, **AS)).rejected("record-joined")
    one.when(GrantRole(**WHO, role=Role.OFFICER, unit_id=HERE, since=TODAY), by=ADMIN).rejected("record-joined")
    parted = PersonsParted(**WHO, into_id=OTHER)
    one.when(PartPersons(**WHO)).then(parted)
    given(PERSON, *AT_WORK).when(PartPersons(**WHO)).rejected("record-not-joined")
    again = AssignPerson(**WHO, unit_id=THERE, since=TODAY, **AS)
    given(PERSON, *AT_WORK, joined, parted).knowing(THERE_IS).when(again).then(assigned(THERE, TODAY))


STAYS = (Stay(HERE, date(2023, 1, 1), date(2024, 6, 30)), Stay(THERE, date(2024, 7, 1), None))
RATING_DAY = date(2024, 12, 31)


@pytest.mark.requirement("B4")
def test_who_moves_in_the_year_is_rated_once_by_the_unit_of_the_rating_day() -> None:
    assert rating_unit(STAYS, RATING_DAY) == THERE
    assert rating_unit(STAYS, date(2024, 6, 30)) == HERE
    assert rating_unit((), RATING_DAY) is None
    assert counted([STAYS, STAYS[:1]], RATING_DAY) == {THERE: 1}


@pytest.mark.requirement("B4")
@pytest.mark.parametrize(("moved", "asked"), [(date(2024, 7, 1), (Asked(HERE, 6),)), (date(2024, 6, 30), ())])
def test_the_old_unit_remarks_on_six_whole_months(moved: date, asked: tuple[Asked, ...]) -> None:
    stays = (Stay(HERE, date(2023, 1, 1), moved - timedelta(days=1)), Stay(THERE, moved, None))
    assert remarks(stays, 2024, RATING_DAY, 6) == asked
    assert remarks(stays, 2025, date(2025, 12, 31), 6) == ()


@pytest.mark.requirement("B4")
def test_a_unit_remarks_on_a_year_in_which_the_person_was_there() -> None:
    given_ = RemarkGiven(**WHO, unit_id=HERE, year=2024, document="12/NX-BHXH")
    remark = GiveRemark(**given_.model_dump())
    moved = given(PERSON, *AT_WORK, assigned(THERE, date(2024, 7, 1))).knowing(THERE_IS)
    moved.when(remark).then(given_)
    moved.when(remark.model_copy(update={"year": 2025})).rejected("never-worked-there")
    moved.when(remark.model_copy(update={"unit_id": OTHER})).rejected("never-worked-there")


def test_the_read_model_knows_who_left_and_which_record_counts() -> None:
    rows = project_all(POSTS, *AT_WORK, LEFT, PersonsJoined(**WHO, into_id=OTHER))["persons"]
    assert rows == {(PERSON_ID,): {"left_on": NEXT, "reason": LeavingReason.RETIRED, "into_id": OTHER}}
    back = project_all(POSTS, *AT_WORK, LEFT, LeavingCancelled(**WHO), PersonsParted(**WHO, into_id=OTHER))["persons"]
    assert back == {(PERSON_ID,): {"left_on": None, "reason": None, "into_id": None}}
