"""The TCP server that other tests use: its block ends its conversations, and what went wrong in one is heard."""

import asyncio

import pytest

from tests.network import tcp_server


async def test_a_conversation_ends_with_the_block_though_its_client_reads_and_says_nothing() -> None:
    told = asyncio.Event()

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * 10_000_000)
        told.set()
        await writer.drain()

    async with asyncio.timeout(10):
        async with tcp_server(talk) as port:
            _, client = await asyncio.open_connection("127.0.0.1", port, limit=1)
            await told.wait()
        client.close()


async def test_a_client_that_goes_away_is_no_fault() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        raise ConnectionResetError

    async with tcp_server(talk) as port:
        _, client = await asyncio.open_connection("127.0.0.1", port)
        client.close()


async def test_what_a_conversation_raises_is_raised_after_the_block() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise ZeroDivisionError

    async def hear() -> None:
        async with tcp_server(talk) as port:
            reader, client = await asyncio.open_connection("127.0.0.1", port)
            assert await reader.read() == b""
            client.close()

    with pytest.raises(ZeroDivisionError):
        await hear()
