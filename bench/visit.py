"""Measures rows for `bench.against`: a row's name on each line of the input, its figures as JSON on one of the output.

It is run by its path with PYTHONPATH naming a checkout: what is measured, and what measures it, are that checkout's
own. Of its bench no more is needed than `measure`, `memory.measured` and `Scale`, which commit a55c8f3 has already.
"""

import asyncio
import json
import logging
import os
import sys
from typing import Final

import structlog
import uvloop
from rich.console import Console

from bench import memory
from bench.__main__ import measure
from bench.figures import Row, Scale
from bench.ground import DATA
from deploy.local.embedded import Embedded

ONE_ROUND: Final = Scale(rounds=1, events=60_000, samples=60)


def measured(name: str, servers: Embedded, told: Console) -> Row:
    """One round of a row beside its limit."""
    if name == "M1":
        return asyncio.run(memory.measured())
    (row,) = uvloop.run(measure(ONE_ROUND, {name}, servers, told))
    return row


def main() -> None:
    """Measure what is asked until the input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is said is no answer
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with Embedded(DATA, shared_buffers="1GB") as servers:
        for line in sys.stdin:
            row = measured(line.strip(), servers, Console(stderr=True))
            answers.write(json.dumps({**row.described(), "most": row.demands[0].most}) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
