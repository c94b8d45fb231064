"""Questions and commands to services over connections that end when they like."""

import asyncio
from uuid import uuid4

import pytest

from services.portal.shell.services import Away, Services, connections
from tests.network import tcp_server

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"


async def test_a_connection_that_ends_without_an_answer_is_nobody_s_trouble() -> None:
    """It may have lain unused for too long; the next one answers, for questions as for commands."""

    async def one_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(ANSWER)
        await reader.readuntil(b"\r\n\r\n")

    async with tcp_server(one_answer) as port, connections() as http:
        services = Services({"awards": f"http://127.0.0.1:{port}"}, http)
        for _ in range(3):
            assert await services.ask("token", "awards", "/nominations") == {}
            assert await services.tell("token", "awards", "/nominations", key=uuid4()) == {}


async def test_a_service_that_never_answers_is_away() -> None:
    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    async with tcp_server(nothing) as port, connections() as http:
        services = Services({"awards": f"http://127.0.0.1:{port}"}, http)
        with pytest.raises(Away):
            await services.ask("token", "awards", "/nominations")
        with pytest.raises(Away):
            await services.tell("token", "awards", "/nominations", key=uuid4())
