"""A load of the portal's pages, and what it took: in the portal's own time, in its readers', and of its processor."""

import asyncio
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bench.ground import LOG
from bench.portal_stage import Stage

BROWSERS: Final = 8
_LOGGED_SECONDS: Final = 0.3
"""After how long at most a request stands in the access log."""


@dataclass(frozen=True, slots=True)
class Browsed:
    """What a load of pages took: `served` by route, in the portal's own milliseconds; `waited`, its readers'.

    `processor`: milliseconds of the portal's processor for each answer.
    """

    served: dict[str, list[float]]
    waited: list[float]
    processor: float


async def browsed(here: Stage, pages: Sequence[dict[str, Any]], seconds: float) -> Browsed:
    """Have pages asked for by a process of its own; raises RuntimeError for what is no page."""
    busy, logged = here.processor, LOG.stat().st_size
    asked = {"port": here.ports["portal"], "pages": pages, "browsers": BROWSERS, "seconds": seconds}
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.browse", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await reader.communicate(json.dumps(asked).encode())
    found = json.loads(out)
    if found["wrong"]:
        raise RuntimeError(found["wrong"])
    processor = 1000 * (here.processor - busy) / found["answers"]
    await asyncio.sleep(_LOGGED_SECONDS)
    waited = [1000 * one for each in found["seconds"].values() for one in each]
    return Browsed(served_since(logged, found["warm"]), waited, processor)


def served_since(logged: int, warm: float) -> dict[str, list[float]]:
    """The portal's milliseconds by route, from the first byte of a request to the last of its answer.

    They stand in its access log, from the byte `logged` on, for requests that came at the time `warm` or later.
    """
    taken: dict[str, list[float]] = defaultdict(list)
    with LOG.open("rb") as log:
        log.seek(logged)
        for line in log:
            if b'"event":"request"' in line and b'"service":"portal"' in line:
                told = json.loads(line)
                if datetime.fromisoformat(told["timestamp"]).timestamp() - told["ms"] / 1000 >= warm:
                    taken[told["route"]].append(told["ms"])
    return taken
