"""Serving: an address in one line, SIGTERM that lets running requests end, and a worker's health and metrics."""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from chassis.facts.settings import Settings
from chassis.web.serve import metrics, serve_metrics, serving
from tests.chassis.web_support import ANYWHERE, client

PROGRAM = """
import asyncio
from contextlib import asynccontextmanager
from fastapi import APIRouter
from chassis.facts.settings import Settings
from chassis.telemetry.telemetry import setup
from chassis.web.tokens import Tokens
from chassis.web.api import create_api, serve

router = APIRouter()

@router.get("/slow")
async def slow() -> str:
    print('{"event": "arrived"}', flush=True)
    await asyncio.sleep(1)
    return "whole"

@asynccontextmanager
async def lifespan(_):
    yield {"tokens": Tokens("http://127.0.0.1:1", "thidua"), "ready": None}
    print('{"event": "closed"}', flush=True)

settings = Settings(thidua_env="production", port=0)
setup("test", "api", settings)
serve(create_api("test", routers=[router], lifespan=lifespan, settings=settings), settings)
"""


@asynccontextmanager
async def _program() -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        async with asyncio.timeout(60):
            line = json.loads(await process.stdout.readline())
        assert (line["event"], line["service"], line["part"]) == ("listening", "test", "api")
        yield process, line["url"]
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_running_requests_end_before_the_process_does(number: signal.Signals) -> None:
    async with _program() as (process, url), client(url) as api:
        assert process.stdout
        slow = [asyncio.create_task(api.get("/slow")) for _ in range(20)]
        for _ in slow:
            assert json.loads(await process.stdout.readline())["event"] == "arrived"
        began = time.monotonic()
        process.send_signal(number)
        assert {answer.text for answer in await asyncio.gather(*slow)} == {'"whole"'}
        printed, errors = await process.communicate()
        assert time.monotonic() - began < 10
        with pytest.raises(httpx.ConnectError):
            await api.get("/slow")
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [line["event"] for line in lines].count("request") == 20
    assert {"event": "closed"} in lines
    assert errors == b""
    assert process.returncode in (0, -number)


async def test_a_worker_shows_its_health_and_its_metrics_until_cancelled() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    worker = asyncio.create_task(serve_metrics(Settings(port=port)))
    async with client(f"http://127.0.0.1:{port}") as api:
        for _ in range(100):
            with suppress(httpx.ConnectError):
                await api.get("/healthz")
                break
            await asyncio.sleep(0.05)
        assert (await api.get("/healthz")).text == "ok"
        assert "thidua_relay_lag" in (await api.get("/metrics")).text
        worker.cancel()
        with pytest.raises(asyncio.CancelledError):
            await worker
        with pytest.raises(httpx.ConnectError):
            await api.get("/healthz")


async def test_a_connection_stays_open_for_longer_than_clients_keep_theirs() -> None:
    """Clients (httpx) keep one unused for 5 s: a server that closes it then leaves requests without an answer."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    worker = asyncio.create_task(serve_metrics(Settings(port=port)))
    try:
        limits = httpx.Limits(keepalive_expiry=60)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", limits=limits) as api:
            for _ in range(100):
                with suppress(httpx.ConnectError):
                    await api.get("/healthz")
                    break
                await asyncio.sleep(0.05)
            begun = (await api.get("/healthz")).extensions["network_stream"]
            await asyncio.sleep(5.5)
            assert (await api.get("/healthz")).extensions["network_stream"] is begun
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def test_a_worker_without_a_port_serves_nothing() -> None:
    await serve_metrics(Settings(port=0))


async def test_however_often_figures_are_asked_for_they_are_seldom_written(monkeypatch: pytest.MonkeyPatch) -> None:
    written = list[float]()

    def write() -> bytes:
        written.append(time.perf_counter())
        time.sleep(0.02)
        return str(len(written)).encode()

    monkeypatch.setattr("chassis.web.serve.generate_latest", write)
    app = Starlette(routes=[Route("/metrics", metrics)])
    async with serving(app, ANYWHERE) as url, httpx.AsyncClient(base_url=url) as api:
        began = time.perf_counter()
        while (passed := time.perf_counter() - began) < 0.5 or len(written) < 2:  # a busy machine takes its time
            await api.get("/metrics")
        assert len(written) <= 1 + passed / 0.2
        await asyncio.sleep(0.25)
        assert (await api.get("/metrics")).text == str(len(written))
