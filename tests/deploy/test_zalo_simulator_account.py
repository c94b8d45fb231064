"""The Zalo simulator's account: rotating tokens, limits, faults on demand, and what survives a kill."""

import json
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.deploy.zalo_client import GRANTED, NOON, PHONE, Zalo, running

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def zalo(tmp_path: Path) -> AsyncIterator[Zalo]:
    async with running(tmp_path) as it:
        yield it


async def test_a_refresh_ends_both_old_tokens_at_once(zalo: Zalo) -> None:
    old = dict(zalo.credentials)
    fresh = await zalo.refresh()
    assert fresh["expires_in"] == "90000"
    assert (await zalo.send(token=old["access_token"]))["error"] == -124
    assert (await zalo.send(token=fresh["access_token"]))["error"] == 0
    again = await zalo.refresh()
    assert (again["error"], again["error_name"]) == (-14014, "Invalid refresh token")
    assert {"error_reason", "error_description", "ref_doc"} <= set(again)
    assert (await zalo.send(token=fresh["access_token"]))["error"] == 0
    zalo.read_credentials()
    assert zalo.credentials["refresh_token"] == fresh["refresh_token"]


async def test_a_refresh_needs_the_right_application_secret_and_grant(zalo: Zalo) -> None:
    assert (await zalo.refresh(app_id="1"))["error"] == -14002
    assert (await zalo.refresh(secret_key="guess"))["error"] == -14004  # noqa: S106 - a wrong one
    assert (await zalo.refresh(grant_type="password"))["error"] == -14018
    assert "access_token" in await zalo.refresh()


async def test_an_access_token_ends_after_25_hours_or_when_ordered(zalo: Zalo) -> None:
    zalo.clock.now += 89_999
    assert (await zalo.send())["error"] == 0
    zalo.clock.now += 1
    assert (await zalo.send())["error"] == -124
    await zalo.refresh()
    zalo.read_credentials()
    assert (await zalo.send())["error"] == 0
    await zalo.order("account", {"expire_access_token": True})
    assert (await zalo.send())["error"] == -124


async def test_more_calls_a_minute_than_allowed_are_refused_until_the_next_minute(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit=3) as zalo:
        for left in ("2", "1", "0"):
            response = await zalo.call()
            assert response.json()["error"] == 0
            assert response.headers["X-RateLimit-Limit"] == "3"
            assert response.headers["X-RateLimit-Remain"] == left
        assert (await zalo.send())["error"] == -32
        zalo.clock.now += 60
        assert (await zalo.send())["error"] == 0


async def test_the_rate_limit_can_be_switched_off(tmp_path: Path) -> None:
    async with running(tmp_path, rate_limit=0) as zalo:
        response = await zalo.call()
        assert response.json()["error"] == 0
        assert "X-RateLimit-Limit" not in response.headers


async def test_the_quota_of_a_day_ends_at_midnight_in_viet_nam(tmp_path: Path) -> None:
    async with running(tmp_path, daily_quota=2) as zalo:
        zalo.clock.now = NOON + 12 * 3600 - 1
        assert [(await zalo.send())["error"] for _ in range(3)] == [0, 0, -144]
        assert (await zalo.get("/message/quota"))["data"]["remainingQuota"] == "0"
        zalo.clock.now += 1
        assert (await zalo.get("/message/quota"))["data"]["remainingQuota"] == "2"
        assert (await zalo.send())["error"] == 0


async def test_ordered_faults_hit_the_next_messages_in_turn(zalo: Zalo) -> None:
    await zalo.order("faults", {"next": 2, "kind": "http_502"})
    await zalo.order("faults", {"next": 1, "kind": "accepted_then_cut"})
    for _ in range(2):
        broken = await zalo.call()
        assert broken.status_code == 502
        assert broken.headers["content-type"].startswith("text/html")
    assert (await zalo.get("/_sim/count.json"))["messages"] == 0
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await zalo.call()
    assert (await zalo.get("/_sim/count.json"))["messages"] == 1
    assert (await zalo.send())["error"] == 0
    assert (await zalo.web.post("/_sim/faults", json={"next": 1, "kind": "earthquake"})).status_code == 422


async def test_a_slow_answer_comes_after_the_message_was_taken(zalo: Zalo) -> None:
    await zalo.order("faults", {"next": 1, "kind": "slow", "ms": 60_000})
    async with httpx.AsyncClient(base_url=zalo.web.base_url, timeout=0.3) as impatient:
        zalo.web, patient = impatient, zalo.web
        with pytest.raises(httpx.ReadTimeout):
            await zalo.call()
        zalo.web = patient
    assert (await zalo.get("/_sim/count.json"))["messages"] == 1


async def test_credentials_are_private_and_a_half_written_line_is_dropped(tmp_path: Path) -> None:
    async with running(tmp_path) as zalo:
        await zalo.send()
        before = zalo.credentials
    assert stat.S_IMODE((tmp_path / "zalo-oa.json").stat().st_mode) == 0o600
    with (tmp_path / "zalo-messages.jsonl").open("ab") as file:
        file.write(b'{"seq":2,"msg_id":"cut o')
    async with running(tmp_path) as zalo:
        assert zalo.credentials == before
        await zalo.send()
        assert [kept["seq"] for kept in await zalo.get("/_sim/messages.json")] == [1, 2]
    async with running(tmp_path) as zalo:
        assert await zalo.get("/_sim/count.json") == {"messages": 2, "by_tracking_id_max": 2}


def test_as_a_process_it_keeps_what_it_accepted_through_a_kill(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
    argv = [sys.executable, "-m", "deploy.local.zalo_simulator", "--port", str(port), "--data", str(tmp_path)]
    for run, end in enumerate((signal.SIGKILL, signal.SIGTERM), start=1):
        process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        with process, httpx.Client(base_url=f"http://127.0.0.1:{port}") as web:
            assert process.stdout is not None
            assert process.stdout.readline() == f"Zalo simulator: http://127.0.0.1:{port}\n"
            token = json.loads((tmp_path / "zalo-oa.json").read_text())["access_token"]
            wish = {"phone": PHONE, "template_id": "410004", "template_data": GRANTED, "tracking_id": "n-1"}
            answer = web.post("/message/template", json=wish, headers={"access_token": token}).json()
            assert answer["data"]["quota"]["remainingQuota"] == str(20_000 - run)
            assert web.get("/_sim/count.json").json() == {"messages": run, "by_tracking_id_max": run}
            process.send_signal(end)
