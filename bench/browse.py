"""`python -m bench.browse`: so many browsers that ask for pages, one after the other each; what to ask comes as JSON.

Of each page: its name, its path, and `as`, the header by which its reader is known.

The time of a page is that of its reader on the loopback address, from the request's first byte sent to the answer's
last byte received. What the server itself took stands in its access log.
"""

import asyncio
import json
import sys
import time
from collections import defaultdict
from random import Random
from typing import Any, Final

import uvloop

_WARM_UP: Final = 0.5


async def browse(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask until the time is over, and one page at least has come.

    Gives seconds by page, those of a warm-up left out, when that was over (`warm`), how many `answers` came, and the
    first that was no page, under `wrong`.
    """
    begins, warm = time.perf_counter() + _WARM_UP, time.time() + _WARM_UP
    ends = begins + asked["seconds"]
    seconds: dict[str, list[float]] = defaultdict(list)
    wrong: list[str] = []
    answers = 0

    async def browser(number: int) -> None:
        nonlocal answers
        reader, writer = await asyncio.open_connection("127.0.0.1", asked["port"], limit=2**24)
        wanted = list(asked["pages"])
        Random(number).shuffle(wanted)  # noqa: S311 - an order, no secret
        while not wrong:
            for page in wanted:
                if wrong or ((sent := time.perf_counter()) >= ends and seconds):
                    writer.close()
                    return
                writer.write(
                    f"GET {page['path']} HTTP/1.1\r\nHost: 127.0.0.1:{asked['port']}\r\n{page['as']}\r\n\r\n".encode()
                )
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = int(head.lower().partition("\r\ncontent-length:")[2].partition("\r\n")[0])
                body = await reader.readexactly(length)
                answers += 1
                if not head.startswith("HTTP/1.1 200"):
                    wrong.append(f"{page['path']}\n{head}\n{body.decode()[-2000:]}")
                elif sent >= begins:
                    seconds[page["name"]].append(time.perf_counter() - sent)

    await asyncio.gather(*(browser(number) for number in range(asked["browsers"])))
    return {"seconds": seconds, "answers": answers, "wrong": wrong[0] if wrong else "", "warm": warm}


if __name__ == "__main__":
    json.dump(uvloop.run(browse(json.load(sys.stdin))), sys.stdout)
