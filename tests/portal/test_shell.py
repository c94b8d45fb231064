"""Sign-in, sessions and forms: what they let in, and what they keep out."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import date
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from cryptography.fernet import Fernet

from contracts.examples import example
from contracts.registry import (
    RegistrationOpened,
    RegistrationSubmitted,
    Role,
    RoleGranted,
    RoleRevoked,
    UnitEstablished,
)
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.shell.forms import form_name
from services.portal.shell.sessions import Sessions
from services.portal.shell.sign_in import own_path
from tests.served import Served, served

UNIT, PERSON, OTHER = uuid4(), uuid4(), uuid4()
LEADERS = (PERSON, OTHER)
OURS = "http://127.0.0.1:8080"


@pytest.fixture
async def portal(servers: Embedded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Served]:
    monkeypatch.setenv("PORTAL_URL", OURS)
    async with served(SERVICE, servers, tmp_path) as running:
        since = date(2024, 1, 1)
        await running.feed(
            UnitEstablished(unit_id=UNIT, code="VSS", name="Đơn vị", kind=UnitKind.NATIONAL, established_on=since),
            *(RoleGranted(person_id=each, role=Role.DIRECTOR_GENERAL, unit_id=UNIT, since=since) for each in LEADERS),
        )
        yield running


async def begin(portal: Served, goal: str = "/") -> httpx.Response:
    portal.client.cookies.clear()
    return await portal.client.get("/sign-in", params={"next": goal})


async def come_back(portal: Served, answer: httpx.Response, person: UUID = PERSON) -> httpx.Response:
    """Choose a person at the provider, and follow it back to the portal."""
    chosen = await portal.issuer.get(f"{answer.headers['location']}&sub={person}")
    back = urlsplit(chosen.headers["location"])
    assert f"{back.scheme}://{back.netloc}" == OURS
    return await portal.client.get(f"{back.path}?{back.query}")


async def sign_in(portal: Served, goal: str = "/", person: UUID = PERSON) -> httpx.Response:
    return await come_back(portal, await begin(portal, goal), person)


async def form_of(portal: Served, path: str = "/") -> dict[str, str]:
    page = await portal.client.get(path)
    assert page.status_code == 200, page.text
    return dict(re.findall(r'name="(csrf|key)" value="([^"]+)"', page.text))


async def test_who_is_not_signed_in_is_sent_to_the_provider_and_back_to_the_page(portal: Served) -> None:
    portal.client.cookies.clear()
    first = await portal.client.get("/campaigns?after=x")
    assert (first.status_code, first.headers["location"]) == (303, "/sign-in?next=/campaigns%3Fafter%3Dx")
    answer = await sign_in(portal, "/campaigns?after=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/campaigns?after=x")
    cookie = SimpleCookie(answer.headers.get_list("set-cookie")[0])["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")
    page = await portal.client.get("/")
    assert page.status_code == 200
    assert "Hộp việc" in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


async def test_neither_the_session_nor_its_tokens_stand_in_the_database_as_they_are(portal: Served) -> None:
    await sign_in(portal)
    secret = portal.client.cookies["session"]
    [row] = await portal.platform.pool.fetch("select id, tokens from shell.sessions")
    assert secret.encode() not in row["id"] + row["tokens"]
    assert b"eyJ" not in row["tokens"][:3]
    assert len(row["id"]) == 32


@pytest.mark.parametrize(
    "goal", ["//evil.example/", "https://evil.example", "/\\evil.example", "javascript:1", "", "/a\r\nb"]
)
def test_after_sign_in_only_our_own_pages_are_opened(goal: str) -> None:
    assert own_path(goal) == "/"


async def test_a_sign_in_that_another_browser_began_is_not_finished(portal: Served) -> None:
    """Login CSRF: somebody gives his own code to a stranger's browser."""
    others = await begin(portal)
    portal.client.cookies.clear()
    assert (await come_back(portal, others)).status_code == 400
    others = await begin(portal)
    await begin(portal)  # this browser is signing in as well
    assert portal.client.cookies["signing-in"]
    assert (await come_back(portal, others)).status_code == 400
    assert "session" not in portal.client.cookies


async def test_a_code_is_good_once_and_an_unknown_state_for_nothing(portal: Served) -> None:
    answer = await begin(portal)
    chosen = await portal.issuer.get(f"{answer.headers['location']}&sub={PERSON}")
    back = urlsplit(chosen.headers["location"])
    assert (await portal.client.get(f"{back.path}?{back.query}")).status_code == 303
    assert (await portal.client.get(f"{back.path}?{back.query}")).status_code == 400
    other = dict(parse_qsl(back.query)) | {"state": "x", "iss": "https://evil.example"}
    assert (await portal.client.get(back.path, params=other)).status_code == 400


async def test_who_only_begins_to_sign_in_leaves_nothing_here(portal: Served) -> None:
    for _ in range(20):
        await begin(portal)
    assert await portal.platform.pool.fetchval("select count(*) from shell.sessions") == 0
    assert await portal.platform.pool.fetchval("select count(*) from shell.sign_ins") == 0


async def test_a_sign_in_takes_no_longer_than_ten_minutes(portal: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = await begin(portal)
    with monkeypatch.context() as later:
        later.setattr("services.portal.shell.sessions.SIGN_IN_SECONDS", -1)
        assert (await come_back(portal, answer)).status_code == 400
    assert (await come_back(portal, answer)).status_code == 303


async def test_a_person_has_so_many_sessions_and_a_new_one_ends_the_oldest(
    portal: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.portal.shell.sessions.MOST_SESSIONS", 3)
    other = next(each for each in LEADERS if each != PERSON)
    secrets = list[str]()
    for person in (other, *[PERSON] * 5):
        await sign_in(portal, person=person)
        secrets.append(portal.client.cookies["session"])
    answers = [await portal.client.get("/", headers={"Cookie": f"session={each}"}) for each in secrets]
    assert [each.status_code for each in answers] == [200, 303, 303, 200, 200, 200]


async def test_signing_in_again_gives_another_session_and_ends_the_old_one(portal: Served) -> None:
    """Session fixation: what a browser held before never becomes a session."""
    await sign_in(portal)
    old = portal.client.cookies["session"]
    answer = await portal.client.get("/sign-in")
    await come_back(portal, answer)
    assert portal.client.cookies["session"] != old
    gone = await portal.client.get("/", headers={"Cookie": f"session={old}"})
    assert gone.headers["location"].startswith("/session-ended")
    made_up = await portal.client.get("/", headers={"Cookie": "session=chosen-by-an-attacker"})
    assert made_up.headers["location"].startswith("/session-ended")


async def test_a_session_ends_with_the_key_of_its_token_whatever_page_is_asked_for(
    portal: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.web.tokens._REFETCH_SECONDS", 0)
    monkeypatch.setattr("chassis.web.tokens._KEYS_SECONDS", 0)
    await sign_in(portal)
    pages = ("/", "/dashboard", "/units")  # of the portal's own read models: no service is asked
    assert [(await portal.client.get(each)).status_code for each in pages] == [200] * len(pages)
    kept = dict(portal.client.cookies)
    with monkeypatch.context() as withdrawn:
        withdrawn.setattr("chassis.web.tokens.ALGORITHMS", ())  # none of the keys that are published is left
        for each in pages:
            gone = await portal.client.get(each)
            assert gone.headers["location"].startswith("/session-ended"), each
    portal.client.cookies.update(kept)
    assert (await portal.client.get("/")).headers["location"].startswith("/session-ended"), "it stays ended"


async def test_sabotage_where_pages_do_not_ask_for_the_token_the_session_outlives_its_key(
    portal: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def always(*_: object) -> bool:
        return True

    monkeypatch.setattr("services.portal.shell.sign_in.SignIn.holds", always)
    monkeypatch.setattr("chassis.web.tokens._REFETCH_SECONDS", 0)
    monkeypatch.setattr("chassis.web.tokens._KEYS_SECONDS", 0)
    await sign_in(portal)
    monkeypatch.setattr("chassis.web.tokens.ALGORITHMS", ())
    assert (await portal.client.get("/dashboard")).status_code == 200


async def test_a_session_shows_nothing_once_its_persons_roles_have_ended(portal: Served) -> None:
    someone, today = uuid4(), date(2024, 11, 20)
    granted = RoleGranted(person_id=someone, role=Role.DIRECTOR_GENERAL, unit_id=UNIT, since=date(2024, 1, 1))
    await portal.feed(granted)
    await sign_in(portal, person=someone)
    assert (await portal.client.get("/dashboard")).status_code == 200
    await portal.feed(RoleRevoked(person_id=someone, role=Role.DIRECTOR_GENERAL, unit_id=UNIT, on=today))
    await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
    for path in ("/dashboard", "/units", "/campaigns", "/registrations", "/search?q=x", "/people"):
        assert (await portal.client.get(path)).status_code == 403, path
    assert (await portal.client.get("/")).status_code == 200, "who holds no role is told whom to ask"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_a_form_from_elsewhere_changes_nothing(portal: Served, headers: dict[str, str]) -> None:
    await sign_in(portal)
    form = await form_of(portal)
    assert (await portal.client.post("/sign-out", data=form, headers=headers)).status_code == 403
    assert (await portal.client.post("/sign-out", data={**form, "csrf": "0" * 64})).status_code == 403
    assert (await portal.client.post("/sign-out")).status_code == 403
    assert (await portal.client.get("/")).status_code == 200
    out = await portal.client.post("/sign-out", data=form, headers={"Origin": OURS})
    assert (out.status_code, out.headers["location"]) == (303, "/signed-out")
    assert (await portal.client.get("/")).status_code == 303


async def test_a_session_ends_and_what_was_typed_comes_back(portal: Served) -> None:
    await sign_in(portal)
    form = await form_of(portal, "/campaigns/launch")
    await portal.platform.pool.execute("update shell.sessions set seen_at = now() - interval '31 minutes'")
    sent = await portal.client.post("/campaigns/launch", data={**form, "pack": "code: dang-go-do"})
    assert sent.headers["location"] == "/session-ended?next=/campaigns/launch"
    [sealed] = [row["sealed"] for row in await portal.platform.pool.fetch("select sealed from shell.drafts")]
    assert b"dang-go-do" not in sealed
    await sign_in(portal, "/campaigns/launch", person=OTHER)
    others = await portal.client.get("/campaigns/launch")
    assert others.status_code == 200
    assert "dang-go-do" not in others.text
    await sign_in(portal, "/campaigns/launch")
    assert "dang-go-do" in (await portal.client.get("/campaigns/launch")).text


async def test_a_session_s_last_sight_is_written_down_once_a_minute(portal: Served) -> None:
    await sign_in(portal)
    pool, seen = portal.platform.pool, "select extract(epoch from now() - seen_at)::float from shell.sessions"
    for ago, written in ((30, False), (90, True), (29 * 60, True)):
        await pool.execute("update shell.sessions set seen_at = now() - make_interval(secs => $1)", ago)
        assert (await portal.client.get("/")).status_code == 200
        assert (await pool.fetchval(seen) < 20) == written, ago


async def test_the_menu_counts_anew_for_who_has_just_done_something(portal: Served) -> None:
    """For all others its numbers are remembered for a moment."""
    await sign_in(portal)
    waits = "việc đang chờ"
    assert waits not in (await portal.client.get("/units")).text
    opened = example(RegistrationOpened, registration_id=uuid4(), unit_id=UNIT)
    await portal.feed(opened, example(RegistrationSubmitted, registration_id=opened.registration_id, unit_id=UNIT))
    assert waits not in (await portal.client.get("/units")).text
    assert waits in (await portal.client.get("/units", params={"seen": "registry/1"})).text
    assert waits in (await portal.client.get("/units")).text


async def test_a_stranger_to_all_roles_is_told_whom_to_ask(portal: Served) -> None:
    await sign_in(portal, person=uuid4())
    page = await portal.client.get("/")
    assert page.status_code == 200
    assert "chưa có vai trò" in page.text
    assert (await portal.client.get("/campaigns")).status_code == 403


async def test_a_service_that_is_away_is_said_in_a_page(portal: Served) -> None:
    await sign_in(portal)
    page = await portal.client.get("/registrations")
    assert page.status_code == 503
    assert "chưa trả lời" in page.text
    assert (await portal.client.get("/")).status_code == 200


async def test_what_was_typed_is_kept_while_a_service_is_away(portal: Served) -> None:
    await sign_in(portal)
    form = await form_of(portal, "/campaigns/launch")
    sent = await portal.client.post("/campaigns/launch", data={**form, "pack": "code: cho-doi", "do": "launch"})
    assert sent.status_code == 503
    assert 'href="/campaigns/launch"' in sent.text
    page = (await portal.client.get("/campaigns/launch")).text
    assert "code: cho-doi" in page
    assert "chưa xem được các gói có sẵn" in page


async def test_what_is_kept_by_itself_comes_back_and_nothing_that_comes_late(portal: Served) -> None:
    await sign_in(portal)
    form = await form_of(portal)
    typing = {**form, "of": "/campaigns/launch", "pack": "code: dang-do"}
    assert (await portal.client.post("/drafts", data=typing)).status_code == 204
    page = await portal.client.get("/campaigns/launch")
    assert "code: dang-do" in page.text
    assert "đang nhập dở" in page.text

    dropped = await portal.client.post("/drafts", data={**form, "of": "/campaigns/launch", "do": "drop"})
    assert (dropped.status_code, dropped.headers["location"]) == (303, "/campaigns/launch")
    assert (await portal.client.post("/drafts", data=typing)).status_code == 204  # under way when it was dropped
    assert "dang-do" not in (await portal.client.get("/campaigns/launch")).text


async def test_a_person_has_so_many_drafts_and_an_erased_one_none(portal: Served) -> None:
    sessions = Sessions(portal.platform.pool, Fernet(Fernet.generate_key()))
    for number in range(60):
        await sessions.keep_draft(PERSON, f"form-{number}", {"x": str(number)})
    kept = await portal.platform.pool.fetch("select form from shell.drafts where person = $1", PERSON)
    assert {row["form"] for row in kept} == {f"form-{number}" for number in range(10, 60)}
    other = uuid4()
    await sessions.keep_draft(other, form_name(f"/people/{PERSON}"), {"full_name": "Nguyễn Văn Mẫu"})
    await sessions.forget(PERSON, form_name(f"/people/{PERSON}"))
    assert await portal.platform.pool.fetchval("select count(*) from shell.drafts") == 0


async def test_a_draft_ends_when_its_form_is_taken(portal: Served) -> None:
    await sign_in(portal)
    sessions = Sessions(portal.platform.pool, Fernet(Fernet.generate_key()))
    form = await form_of(portal)
    for path in ("/sign-out", "/campaigns/launch"):
        await sessions.keep_draft(PERSON, form_name(path), {"pack": "x"})
    assert (await portal.client.post("/sign-out", data=form)).status_code == 303
    kept = [await sessions.draft(PERSON, form_name(path)) for path in ("/sign-out", "/campaigns/launch")]
    assert kept == [None, {"pack": "x"}]


PACKS = {
    "endless": "a: &a [*a]", "growing": "a: &a [1, 1]\nb: [*a, *a]", "deep": "[" * 3000, "a list": "- 1",
    "an object": "code: !!python/object:os.system {}", "a number": "1" * 6000, "a control character": "x: \x00",
}  # fmt: skip


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
async def test_a_pack_that_is_none_is_refused_at_the_door(portal: Served, pack: str) -> None:
    await sign_in(portal)
    form = await form_of(portal, "/campaigns/launch")
    answer = await portal.client.post("/campaigns/launch", data={**form, "pack": pack, "do": "launch"})
    assert answer.status_code == 422
    assert "Không đọc được gói" in answer.text


@pytest.mark.parametrize("body", ["csrf=%C3%A9", "csrf", "%", "a" * 2_000_000, "&".join("x=1" for _ in range(13_000))])
async def test_a_form_that_makes_no_sense_is_refused_in_a_page(portal: Served, body: str) -> None:
    await sign_in(portal)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await portal.client.post("/campaigns/launch", content=body.encode(), headers=headers)
    assert answer.status_code in {403, 413}
    assert "<h1>" in answer.text


async def test_no_page_is_a_page_too_and_the_language_is_remembered(portal: Served) -> None:
    await sign_in(portal)
    nowhere = await portal.client.get("/nowhere")
    assert (nowhere.status_code, nowhere.headers["content-type"]) == (404, "text/html; charset=utf-8")
    for method, path in (("GET", "/api/v1/nowhere"), ("POST", "/api/v1/nowhere"), ("POST", "/nowhere")):
        answer = await portal.client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert [(await portal.client.get(path)).text for path in ("/healthz", "/readyz")] == ["ok", "ready"]
    assert "thidua_" in (await portal.client.get("/metrics")).text
    assert "Không tìm thấy" in (await portal.client.get("/registrations/no-id")).text
    await portal.client.get("/language", params={"to": "en", "next": "/"})
    page = await portal.client.get("/")
    assert '<html lang="en">' in page.text
    assert "Inbox" in page.text


async def test_files_carry_their_hash_and_may_be_kept(portal: Served) -> None:
    page = await portal.client.get("/help")
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text):
        answer = await portal.client.get(path)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip" or path.endswith(".svg")
    assert (await portal.client.get("/static/portal.css")).status_code == 404
