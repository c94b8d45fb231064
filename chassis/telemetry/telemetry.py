"""What a process tells about itself: log lines, metrics and traces. Ids and measures, never personal data.

`setup` is called once, in each process's composition root; before that, spans are empty and logs go out plainly.
"""

import asyncio
import logging
import os
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from time import time
from types import TracebackType
from typing import Any, ClassVar, Final

import orjson
import structlog
from opentelemetry import context, trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.types import AttributeValue
from prometheus_client import Counter, Gauge, Histogram

from chassis.facts.settings import Settings

HTTP_SECONDS: Final = Histogram(
    "thidua_http_seconds",
    "Time to answer; the count is that of requests.",
    ["method", "route", "status"],
)
CONNECTIONS_OPEN: Final = Gauge("thidua_connections", "Connections that are open, with or without a request.")
CONNECTIONS_MOST: Final = Gauge(
    "thidua_connections_most", "Connections that may be open; more, and the one that was unused longest is cut."
)
CONNECTIONS_CUT: Final = Counter(
    "thidua_connections_cut",
    "Connections cut off: to make room, since a head came too slowly, since an answer was not taken.",
    ["why"],
)
RELAY_POSITION: Final = Gauge("thidua_relay_position", "Position up to which everything is in Kafka.", ["relay"])
RELAY_LAG: Final = Gauge("thidua_relay_lag", "Events in the store that are not yet in Kafka.", ["relay"])
STORE_BEHIND: Final = Gauge(
    "thidua_store_behind",
    "Records at the end of the topic that the store does not have so: it was restored.",
    ["topic"],
)
TOPICS_MADE_AGAIN: Final = Counter(
    "thidua_topics_made_again", "Times that a topic was deleted, made again and filled from the store.", ["topic"]
)
LOST_RECORDS: Final = Counter(
    "thidua_lost_records", "Records passed over since the store that sent them was restored to before.", ["consumer"]
)
ASTRAY: Final = Counter(
    "thidua_astray", "Times that a consumer had applied what was then lost with a store.", ["consumer"]
)
CONSUMER_LAG: Final = Gauge(
    "thidua_consumer_lag", "Records not yet applied or parked.", ["consumer", "topic", "partition"]
)
PARKED_RECORDS: Final = Gauge("thidua_parked_records", "Records that wait for a person's decision.", ["consumer"])
REPEATED_RECORDS: Final = Counter(
    "thidua_repeated_records", "Records skipped because their position was known: many mean a forged one.", ["consumer"]
)
HISTORY_GONE: Final = Gauge(
    "thidua_history_gone", "Partitions that no longer hold what a consumer has not seen: it stands still.", ["consumer"]
)
IN_DOUBT: Final = Gauge(
    "thidua_rights_in_doubt", "Persons and units without rights until a version that knows their newest facts runs."
)
HELD_UP: Final = Gauge(
    "thidua_rights_held_up", "Persons and units without rights here for a parked record in the read model of rights."
)
UNKNOWN_FACTS: Final = Counter(
    "thidua_unknown_facts", "Facts that passed by because only a newer version knows their type.", ["consumer"]
)
LOST_EVENTS: Final = Gauge(
    "thidua_lost_events", "Events that a restored store could not take back, each end that nobody knows counted as one."
)
LEDGER_ANCHORED: Final = Gauge("thidua_ledger_anchored", "Position up to which the ledger's newest head goes.")
LEDGER_BROKEN: Final = Gauge(
    "thidua_ledger_broken",
    "1 while the store is not what the ledger's newest head says (changed, or cut short): nothing more is signed.",
)
PROJECTION_POSITION: Final = Gauge(
    "thidua_projection_position", "Position up to which a read model is built.", ["projection"]
)
APPEND_SECONDS: Final = Histogram(
    "thidua_append_seconds",
    "Time of one append transaction, which may hold many commands.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
APPEND_BATCH_SIZE: Final = Histogram(
    "thidua_append_batch_size", "Commands in one append transaction.", buckets=(1, 2, 4, 8, 16, 32, 64, 128)
)

_SELDOM_SECONDS = 5.0
_propagator = TraceContextTextMapPropagator()
_ids = RandomIdGenerator()


_log = structlog.get_logger()


class _Process:
    """What `setup` changes: who makes spans, and what stands on each log line (None: lines are for people)."""

    tracer: trace.Tracer = trace.NoOpTracer()
    place: Mapping[str, str] | None = None
    requests: ClassVar[list[tuple[float, int, str, str, int, float]]] = []


class _IdsOnly(trace.NoOpTracer):
    """Makes ids to hand on where no span is kept: a third of what the SDK takes to do nothing."""

    def start_span(self, _: str, parent: context.Context | None = None, **__: Any) -> Span:  # type: ignore[override]
        above = trace.get_current_span(parent).get_span_context()
        trace_id = above.trace_id or _ids.generate_trace_id()
        return NonRecordingSpan(SpanContext(trace_id, _ids.generate_span_id(), False, above.trace_flags))


class span:  # noqa: N801 - reads like the function it stands for, and costs half of a generator's
    """A step of a trace: below the W3C `traceparent` when one is given and well-formed, else below the current step.

    `with span("append", batch=7) as step:`
    """

    __slots__ = ("_step", "_token")

    def __init__(self, name: str, traceparent: str | None = None, **attributes: AttributeValue) -> None:
        parent = _propagator.extract({"traceparent": traceparent}) if traceparent else None
        self._step = _Process.tracer.start_span(name, parent, attributes=attributes)

    def __enter__(self) -> Span:
        self._token = context.attach(trace.set_span_in_context(self._step))
        return self._step

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._step.set_attribute("error.type", kind.__qualname__)
            self._step.set_status(StatusCode.ERROR)
        context.detach(self._token)
        self._step.end()


def current_traceparent() -> str | None:
    """W3C traceparent of the current step, None outside of any trace."""
    place = trace.get_current_span().get_span_context()
    if not place.is_valid:
        return None
    return f"00-{place.trace_id:032x}-{place.span_id:016x}-{place.trace_flags:02x}"


def current_trace_id() -> str | None:
    """Id of the current trace in hexadecimal, None outside of any trace."""
    place = trace.get_current_span().get_span_context()
    return f"{place.trace_id:032x}" if place.is_valid else None


def log_request(step: Span, method: str, route: str, status: int, seconds: float) -> None:
    """Put a request into the access log, as part of its trace.

    JSON lines are gathered for a tenth of a second and written together, past structlog: one by one, they took as long
    as a third of a bare request. A killed process loses that tenth.
    """
    if _Process.place is None:
        _log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
        return
    if not _Process.requests:
        asyncio.get_running_loop().call_later(0.1, flush_requests)
    _Process.requests.append((time(), step.get_span_context().trace_id, method, route, status, seconds))


def flush_requests() -> None:
    """Write what the access log has gathered."""
    lines = [
        orjson.dumps(
            {
                "event": "request",
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "level": "info",
                "timestamp": datetime.fromtimestamp(moment, UTC),
                **(_Process.place or {}),
                "trace_id": f"{trace_id:032x}",
            },
            option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z,
        )
        for moment, trace_id, method, route, status, seconds in _Process.requests
    ]
    sys.stdout.write(b"".join(lines).decode())
    sys.stdout.flush()
    _Process.requests.clear()


def setup(service: str, part: str, settings: Settings) -> None:
    """Start logs and traces of this process: `part` of `service`, such as `api` of `registry`.

    Finished spans go to `<THIDUA_DATA>/traces/<service>-<part>.jsonl` if that is set; how many are sampled is the SDK's
    business (OTEL_TRACES_SAMPLER). Without it ids are still made and handed on, and nothing is kept.
    """
    _setup_logs(place := {"service": service, "part": part}, readable=settings.thidua_env == "local")
    if settings.thidua_data is None:
        _Process.tracer = _IdsOnly()
        return
    path = settings.thidua_data / "traces" / f"{service}-{part}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    provider = TracerProvider(resource=Resource({"service.name": f"{service}-{part}"}), shutdown_on_exit=False)
    provider.add_span_processor(SpanLines(path, place))
    _Process.tracer = provider.get_tracer("thidua")


class SpanLines(SpanProcessor):
    """Appends each finished span to a file, as one JSON line in one write: nothing is lost with the process.

    Times are nanoseconds since 1970. A full disk loses spans, not requests.
    """

    def __init__(self, path: Path, place: Mapping[str, str]) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._place = place

    def on_end(self, span: ReadableSpan) -> None:
        at = span.get_span_context()
        if at is None or not at.trace_flags.sampled:
            return
        line = {
            "trace_id": f"{at.trace_id:032x}",
            "span_id": f"{at.span_id:016x}",
            "parent_id": f"{span.parent.span_id:016x}" if span.parent else None,
            "name": span.name,
            "start": span.start_time,
            "end": span.end_time,
            "error": span.status.status_code is StatusCode.ERROR,
            "attributes": dict(span.attributes or {}),
            **self._place,
        }
        with suppress(OSError):
            os.write(self._file, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))


def _setup_logs(place: Mapping[str, str], *, readable: bool) -> None:
    def placed(_: object, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        entry.update(place, trace_id=current_trace_id())
        return entry

    _Process.place = None if readable else place

    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        placed,
    ]
    if readable:
        rendered: list[structlog.typing.Processor] = [
            structlog.dev.ConsoleRenderer(
                colors=sys.stdout.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    else:
        rendered = [
            structlog.processors.ExceptionRenderer(exception_outline),
            structlog.processors.JSONRenderer(lambda entry, **_: orjson.dumps(entry, default=repr).decode()),
        ]
    structlog.configure(
        processors=[*shared, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    libraries = logging.StreamHandler(sys.stdout)
    libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendered],
        )
    )
    libraries.addFilter(_Seldom())
    logging.basicConfig(handlers=[libraries], level=logging.WARNING, force=True)


class _Seldom(logging.Filter):
    """Lets a library say the same thing once in five seconds: with a server away, some say it thirty times a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("asyncpg"):
            record.exc_info = None  # a server that is away is no fault of the code
        place, now = (record.name, str(record.msg)), time()
        if now - self._said.get(place, 0.0) < _SELDOM_SECONDS:
            return False
        self._said[place] = now
        return True


def exception_outline(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """Classes and places of an exception and its causes, without their messages: those may quote a person's data."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        lines += (f"  {at.filename}:{at.lineno} {at.name}" for at in traceback.extract_tb(error.__traceback__))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(lines)
