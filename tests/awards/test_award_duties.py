"""Who wrote a dossier, or verified what it rests on, does not decide on it: over HTTP, as the store remembers it."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.organisation.organisation import ORGANISATION
from chassis.store.execute import Executor
from contracts.registry import Duty, DutyExceptionAllowed, ExceptionReason, Role
from services.awards.domain import decision as decisions
from services.awards.domain.nomination import NOMINATION
from tests.awards.conftest import DEPUTY, OTHER, ROOT, VERIFIER, Awards, attained, granted
from tests.awards.examples import DIRECTOR, HEAD, OFFICER, UNIT
from tests.awards.test_awards_api import HEALTH, KINDS, decision, paper, proposal


async def dossier(awards: Awards, *authors: UUID) -> str:
    """A nomination that was sent in, each of its papers by one of these."""
    key = str((await awards.post(OFFICER, "/nominations", proposal()))["id"])
    for kind, author in zip(KINDS, (*authors, *[OFFICER] * len(KINDS)), strict=False):
        await awards.post(author, f"/nominations/{key}/documents", paper(kind))
    await awards.post(HEAD, f"/nominations/{key}/submit")
    return key


@pytest.fixture
async def ready(awards: Awards) -> Awards:
    """The result is verified; the deputy is Director General, too, and officer of the unit."""
    await awards.learn(
        attained(UNIT, HEALTH, 2024), granted(DEPUTY, Role.DIRECTOR_GENERAL, ROOT), granted(DEPUTY, Role.OFFICER, UNIT)
    )
    return awards


async def hands(awards: Awards, key: str) -> frozenset[UUID]:
    """Who has worked on it, as a process knows that has just been started."""
    _, state = await Executor(awards.platform.store).state(NOMINATION, UUID(key))
    return state.hands


async def test_who_put_one_paper_in_does_not_decide_and_somebody_else_does(ready: Awards) -> None:
    key = await dossier(ready, DEPUTY)
    assert await hands(ready, key) == {OFFICER, HEAD, DEPUTY}
    problem = await ready.refused(409, "proposer-may-not-decide", DEPUTY, "/decisions", decision(ready, key))
    assert "cấp trên" in problem["detail"], "it says what to do next"
    await ready.post(DIRECTOR, "/decisions", decision(ready, key))


async def test_sabotage_where_the_envelopes_actor_is_not_read_who_wrote_a_paper_decides(ready: Awards) -> None:
    signed = NOMINATION.signed
    object.__setattr__(NOMINATION, "signed", None)
    try:
        key = await dossier(ready, DEPUTY)
        assert await hands(ready, key) == {OFFICER, HEAD}
        await ready.post(DEPUTY, "/decisions", decision(ready, key))
    finally:
        object.__setattr__(NOMINATION, "signed", signed)


async def test_who_verified_a_result_does_not_decide(ready: Awards) -> None:
    await ready.learn(attained(UNIT, HEALTH, 2024), by=DEPUTY)
    key = await dossier(ready)
    await ready.refused(409, "verifier-may-not-decide", DEPUTY, "/decisions", decision(ready, key))
    await ready.post(DIRECTOR, "/decisions", decision(ready, key))


async def test_while_nobody_knows_who_verified_a_result_nobody_decides(ready: Awards) -> None:
    key = await dossier(ready)
    await ready.platform.pool.execute("delete from achievements")
    await ready.learn(attained(UNIT, HEALTH, 2024), by=None)
    await ready.refused(409, "verifier-unknown", DIRECTOR, "/decisions", decision(ready, key))
    await ready.platform.pool.execute("delete from achievements")
    await ready.refused(409, "verifier-unknown", DIRECTOR, "/decisions", decision(ready, key))
    await ready.learn(attained(UNIT, HEALTH, 2024), by=VERIFIER)
    await ready.post(DIRECTOR, "/decisions", decision(ready, key))


async def test_who_verified_a_result_is_known_still_when_it_was_recomputed_by_nobody(ready: Awards) -> None:
    await ready.learn(attained(UNIT, HEALTH, 2024), by=DEPUTY)
    await ready.learn(attained(UNIT, HEALTH, 2024), by=None)
    key = await dossier(ready)
    await ready.refused(409, "verifier-may-not-decide", DEPUTY, "/decisions", decision(ready, key))
    await ready.post(DIRECTOR, "/decisions", decision(ready, key))


async def test_sabotage_where_hands_are_not_looked_at_the_verifier_decides(
    ready: Awards, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decisions, "_check_hands", lambda *_: None)
    await ready.learn(attained(UNIT, HEALTH, 2024), by=DEPUTY)
    key = await dossier(ready, DEPUTY)
    await ready.post(DEPUTY, "/decisions", decision(ready, key))


def exception(awards: Awards, thing: str, **changes: Any) -> DutyExceptionAllowed:
    facts: dict[str, Any] = {
        "exception_id": uuid4(), "person_id": DEPUTY, "duty": Duty.DECIDE_AWARD, "thing_id": UUID(thing),
        "unit_id": UNIT, "authority_id": ROOT, "reason": ExceptionReason.OTHERS_ABSENT,
        "since": awards.today, "until": awards.today, "allowed_by": DIRECTOR,
    }  # fmt: skip
    return DutyExceptionAllowed(**facts | changes)


async def test_a_head_above_may_let_somebody_decide_on_their_own_work(ready: Awards) -> None:
    key = await dossier(ready, DEPUTY)
    yesterday, tomorrow = ready.today - timedelta(days=1), ready.today + timedelta(days=1)
    await ready.learn(
        exception(ready, key, person_id=DIRECTOR),
        exception(ready, key, duty=Duty.VERIFY_RESULT),
        exception(ready, str(uuid4())),
        exception(ready, key, unit_id=OTHER),
        exception(ready, key, since=yesterday, until=yesterday),
        exception(ready, key, since=tomorrow, until=tomorrow),
        exception(ready, key, allowed_by=DEPUTY),
    )
    await ready.refused(409, "proposer-may-not-decide", DEPUTY, "/decisions", decision(ready, key))
    await ready.learn(exception(ready, key))
    await ready.post(DEPUTY, "/decisions", decision(ready, key))


async def test_an_api_that_is_ready_says_how_many_rights_are_held_up(ready: Awards) -> None:
    assert (await ready.web.get("/readyz")).text == "ready"
    park = (
        "insert into chassis.parked (consumer, topic, partition, at_offset, stream, event_id, event_type, error)"
        " values ($2, 'thidua.registry.events', 0, 1, $1, $1, 'x', 'ValueError')"
    )
    await ready.platform.pool.execute(park, f"person-{DEPUTY}", ORGANISATION.place)
    answer = await ready.web.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready; rights held up: 1, see `thidua parked list`")
