"""P1 to P7: pages of the portal on the national data set, eight requests at a time, and what its process costs."""

import asyncio
import contextlib
import gzip
import math
import re
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

import httpx

from bench import portal_news
from bench.figures import Demand, Measured, Row, Scale, ratio
from bench.ground import fresh, process
from bench.nation import Nation
from bench.portal_load import BROWSERS, browsed
from bench.portal_pages import ALL, DASHBOARDS, LISTS, Visitor, visitors
from bench.portal_stage import TOPICS, Stage, served, stage
from bench.streams import COPIED, copied
from chassis.stream.topics import events_topic
from deploy.local.embedded import Embedded

SMALL: Final = Nation(provinces=2, people=250, years=2)
_WHOLE_FROM: Final = 300_000
_LIMIT_RECORDS: Final = 50_000
_KIB: Final = 1024
_ASSET: Final = re.compile(r"/static/[\w.-]+")
_PARTS: Final = 5
_STILL_SECONDS: Final = 120
PAGES: Final[Mapping[str, tuple[Sequence[str], float, float]]] = {
    "P1": (LISTS, 100, 50),
    "P2": (DASHBOARDS, 300, 150),
    "P3": (("/search?q={words}",), 100, 50),
}
"""Rows with their pages, and the milliseconds that they must stay within, and are to."""


def at_most(id_: str, what: str, seen: Sequence[float], held: Demand, *more: Demand) -> Row:
    """A row whose figure may not exceed what it must be; `seen` are those of its rounds."""
    unit, bound = held.name.rpartition(" ")[2], held.must
    spread = (min(seen) / bound, max(seen) / bound)
    return Row(id_, what, unit, held.value, bound, held.value / bound, spread, [held, *more])


def p95(taken: Sequence[float]) -> float:
    """The time that 95 of 100 requests stay within."""
    return sorted(taken)[math.ceil(0.95 * len(taken)) - 1]


async def paging(here: Stage, scale: Scale, people: Sequence[Visitor], id_: str) -> Row:
    """P1, P2 or P3: the slowest page counts."""
    paths, must, aim = PAGES[id_]
    pages = [page for person in people for page in person.pages(paths)]
    await browsed(here, pages, 1.0)  # templates are compiled, plans are made
    rounds = [await browsed(here, pages, scale.seconds) for _ in range(scale.rounds)]
    by_page: dict[str, list[float]] = defaultdict(list)
    for one in rounds:
        for route, taken in one.served.items():
            by_page[route].append(p95(taken))
    slowest = sorted(((median(each), route) for route, each in by_page.items()), reverse=True)
    requests = sum(len(one.waited) for one in rounds)
    what = (
        f"{len(by_page)} pages as officer, head and department, {BROWSERS} requests in flight, {requests:,} requests "
        f"at {requests / (scale.rounds * scale.seconds):.0f}/s, {median(one.processor for one in rounds):.1f} ms of "
        f"the portal's processor each: p95 of the slowest page, server's time (of all pages for their readers: "
        f"{median(p95(one.waited) for one in rounds):.0f} ms); "
        + ", ".join(f"{route} {value:.0f} ms" for value, route in slowest[:4])
    )
    seen = [max(map(p95, one.served.values())) for one in rounds]
    return at_most(id_, what, seen, Demand("p95 ms", median(seen), must, aim, most=True))


async def weighing(here: Stage, people: Sequence[Visitor]) -> Row:
    """P7: pages as they are sent, and all that a browser loads with one whose cache is empty."""
    packed: dict[str, float] = {}
    first: dict[str, float] = {}
    url = f"http://127.0.0.1:{here.ports['portal']}"
    async with httpx.AsyncClient(base_url=url, headers={"Accept-Encoding": "gzip"}, timeout=30) as web:
        for page in [page for person in people for page in person.pages(ALL)]:
            answer = await web.get(page["path"], headers=[page["as"].split(": ", 1)])
            answer.raise_for_status()
            name = page["name"]
            packed[name] = max(packed.get(name, 0), len(gzip.compress(answer.content)) / _KIB)
            loaded = await _loaded(web, answer.text)
            first[name] = max(first.get(name, 0), (int(answer.headers["content-length"]) + loaded) / _KIB)
    heaviest, fullest = max(packed, key=lambda name: packed[name]), max(first, key=lambda name: first[name])
    what = (
        f"HTML of each page, gzip, as officer, head and department: the heaviest is {heaviest}; first view with an "
        f"empty cache (HTML, style, script, fonts): the fullest is {fullest}; spread: lightest to heaviest page"
    )
    held = Demand("HTML KiB", packed[heaviest], 60, 20, most=True)
    return at_most("P7", what, [*packed.values()], held, Demand("first view KiB", first[fullest], 350, 300, most=True))


async def _loaded(web: httpx.AsyncClient, html: str) -> int:
    """Bytes of the files that a page names, and of those that they name."""
    todo, sizes = _ASSET.findall(html), dict[str, int]()
    while todo:
        if (path := todo.pop()) not in sizes:
            answer = await web.get(path)
            answer.raise_for_status()
            sizes[path] = int(answer.headers["content-length"])
            todo += _ASSET.findall(answer.text) if path.endswith(".css") else []
    return sum(sizes.values())


async def filled(here: Stage) -> list[tuple[float, int]]:
    """Wait until the portal's worker has read all; gives moments with the records read by then."""
    records, reached = await here.records(), [(time.perf_counter(), 0)]
    while reached[-1][1] < records:
        await asyncio.sleep(0.05)
        if (now := await here.read()) > reached[-1][1]:
            reached.append((time.perf_counter(), now))
        if time.perf_counter() - reached[-1][0] > _STILL_SECONDS:
            raise TimeoutError(f"the portal stands at {reached[-1][1]:,} of {records:,} records")
    return reached


def filling(reached: Sequence[tuple[float, int]], limits: Sequence[float]) -> Row:
    """P6."""
    seconds = reached[-1][0] - reached[0][0]
    what = (
        f"first fill of the portal's read models, {reached[-1][1]:,} records of {len(TOPICS)} topics in one "
        f"reading ({seconds:.0f} s), by fifths; limit: that of K2, bare aiokafka getmany and one COPY per batch"
    )
    return Measured(by_parts(reached, len(limits)), limits).row("P6", what, "records/s", ratio(0.3, 0.5))


def by_parts(reached: Sequence[tuple[float, int]], parts: int) -> list[float]:
    """Records a second in each of so many equal parts of the way; what lies between two moments went evenly."""
    if len(reached) > _PARTS:  # the first records also wait for the reader's place in its group
        reached = reached[1:]
    (_, first), (_, last) = reached[0], reached[-1]
    marks = [first + (last - first) * part / parts for part in range(parts + 1)]
    return [
        (later - earlier) / (_moment(reached, later) - _moment(reached, earlier)) for earlier, later in pairwise(marks)
    ]


def _moment(reached: Sequence[tuple[float, int]], mark: float) -> float:
    """When so many records had been read."""
    for (before, fewer), (after, more) in pairwise(reached):
        if mark <= more:
            return before + (after - before) * (mark - fewer) / (more - fewer)
    return reached[-1][0]


async def measured(servers: Embedded, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    """The rows P1 to P7."""
    nation = Nation() if scale.events >= _WHOLE_FROM else SMALL
    live = bool(wanted & {"P4", "P5", "P6"})
    async with stage(servers, nation, live=live) as here, contextlib.AsyncExitStack() as stack:
        if live:
            before = await bare(here, servers, _PARTS // 2) if "P6" in wanted else []
            await stack.enter_async_context(process("services.portal", "worker", env=here.envs["portal"]))
            reached = await filled(here)
            if "P6" in wanted:
                yield filling(reached, [*before, *await bare(here, servers, _PARTS - len(before))])
        if wanted - {"P6"}:
            async with served(here):
                async for row in _loading(here, scale, wanted):
                    yield row


async def bare(here: Stage, servers: Embedded, rounds: int) -> list[float]:
    """Records a second that K2's limit takes from the longest topic, by round."""
    async with fresh(servers) as ground:
        await ground.owner.execute(f'{COPIED}; grant all on copied to "{ground.role}"')
        some = min(_LIMIT_RECORDS, await here.records() // 4)
        return [await copied(ground.pool, here.bootstrap, events_topic("campaigns"), some) for _ in range(rounds)]


async def _loading(here: Stage, scale: Scale, wanted: set[str]) -> AsyncIterator[Row]:
    people, held = await visitors(here), list[float]()
    for id_ in PAGES:
        if wanted & {id_, "P5"}:
            row = await paging(here, scale, people, id_)
            held.append(here.memory)
            if id_ in wanted:
                yield row
    if "P7" in wanted:
        yield await weighing(here, people)
    if wanted & {"P4", "P5"}:
        row = await hearing(here, scale)
        held.append(here.memory)
        if "P4" in wanted:
            yield row
    if "P5" in wanted:
        what = "resident memory of the portal's process after the load of P1 to P4; spread: after each of them"
        yield at_most("P5", what, held, Demand("memory MiB", max(held), 200, 150, most=True))


async def hearing(here: Stage, scale: Scale) -> Row:
    """P4."""
    cost, seconds = await portal_news.heard(here, scale.rounds)
    what = (
        f"{portal_news.STREAMS} open streams of news: a registration is submitted at registry, until the last of them "
        f"has read so, {len(seconds)} rounds; {cost:.0f} MiB more in the portal's process than without"
    )
    held = Demand("slowest s", max(seconds), 1.0, 0.3, most=True)
    return at_most("P4", what, seconds, held, Demand("streams' MiB", cost, 100, 50, most=True))
