"""Telemetry: log lines, spans on disk and metrics, each seen from outside the process that makes them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.trace import NoOpTracer
from prometheus_client import generate_latest

from chassis.telemetry import telemetry

CANARY = "nguyen-thi-canary"
TRACE, PARENT = "ab" * 16, "cd" * 8
START = """
import logging, os, structlog
from pathlib import Path
from chassis.facts.settings import Settings
from chassis.telemetry.telemetry import current_trace_id, current_traceparent, setup, span
data = os.environ.get("DATA")
setup("registry", "api", Settings(thidua_env=os.environ["MODE"], thidua_data=Path(data) if data else None))
log = structlog.get_logger()
"""


def _run(code: str, mode: str = "production", data: Path | None = None, **environment: str) -> list[str]:
    """Lines that a process prints which runs this code after `setup`."""
    environment |= {"MODE": mode, "DATA": str(data or ""), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", START + code], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def _spans(data: Path) -> dict[str, Any]:
    lines = (data / "traces" / "registry-api.jsonl").read_text().splitlines()
    return {span["name"]: span for span in map(json.loads, lines)}


FAIL = f"""
try:
    try:
        raise ValueError("{CANARY}")
    except ValueError as cause:
        raise RuntimeError("{CANARY}") from cause
except RuntimeError as error:
    log.error("unexpected", exc_info=error)
    logging.getLogger("library").warning("broken", exc_info=error)
"""


def test_each_line_is_json_with_its_place_and_its_trace() -> None:
    printed = _run("""
log.info("outside", n=1)
with span("step"):
    log.info("inside", trace=current_trace_id())
logging.getLogger("library").warning("theirs %d", 7)
log.debug("not said")
""")
    outside, inside, theirs = map(json.loads, printed)
    assert (outside["event"], outside["n"], outside["level"], outside["trace_id"]) == ("outside", 1, "info", None)
    assert inside["trace_id"] == inside["trace"]
    assert (theirs["event"], theirs["logger"], theirs["level"]) == ("theirs 7", "library", "warning")
    for line in (outside, inside, theirs):
        assert (line["service"], line["part"]) == ("registry", "api")
        assert line["timestamp"].endswith("Z")


def test_an_error_is_told_by_classes_and_places_without_its_words() -> None:
    printed = _run(FAIL)
    for line in map(json.loads, printed):
        assert "builtins.RuntimeError" in line["exception"]
        assert "builtins.ValueError" in line["exception"]
        assert "<string>:" in line["exception"]
    assert len(printed) == 2
    assert CANARY not in "".join(printed)


def test_a_developer_reads_plain_lines_with_the_words_of_an_error() -> None:
    printed = "\n".join(_run(FAIL, mode="local"))
    assert not printed.startswith("{")
    assert CANARY in printed
    assert "service=registry" in printed


def test_a_library_that_repeats_itself_is_heard_once() -> None:
    printed = _run("""
for n in range(1000):
    logging.getLogger("aiokafka").error("Unable connect to node with id %s", n)
logging.getLogger("aiokafka").error("something else")
""")
    assert [json.loads(line)["event"] for line in printed] == ["Unable connect to node with id 0", "something else"]


def test_spans_continue_the_callers_trace_and_lie_on_disk_at_once(tmp_path: Path) -> None:
    _run(
        f"""
with span("command", "00-{TRACE}-{PARENT}-01", batch=7):
    with span("append") as step:
        step.set_attribute("events", 2)
with span("alone"):
    pass
""",
        data=tmp_path,
    )
    spans = _spans(tmp_path)
    command, append, alone = spans["command"], spans["append"], spans["alone"]
    assert (command["trace_id"], command["parent_id"]) == (TRACE, PARENT)
    assert (append["trace_id"], append["parent_id"]) == (TRACE, command["span_id"])
    assert alone["parent_id"] is None
    assert alone["trace_id"] != TRACE
    assert (command["attributes"], append["attributes"]) == ({"batch": 7}, {"events": 2})
    assert command["start"] <= append["start"] <= append["end"] <= command["end"]
    assert {(span["service"], span["part"], span["error"]) for span in spans.values()} == {("registry", "api", False)}


def test_a_killed_process_has_left_its_finished_spans(tmp_path: Path) -> None:
    _run('with span("done"): pass\nos._exit(0)', data=tmp_path)
    assert _spans(tmp_path).keys() == {"done"}


def test_a_failed_step_names_the_error_and_not_its_words(tmp_path: Path) -> None:
    _run(f'try:\n    with span("step"): raise KeyError("{CANARY}")\nexcept KeyError: pass', data=tmp_path)
    assert _spans(tmp_path)["step"]["error"] is True
    assert _spans(tmp_path)["step"]["attributes"] == {"error.type": "KeyError"}
    assert CANARY not in (tmp_path / "traces" / "registry-api.jsonl").read_text()


@pytest.mark.parametrize("kept", [True, False])
def test_ids_are_handed_on_whether_spans_are_kept_or_not(tmp_path: Path, *, kept: bool) -> None:
    printed = _run(
        f"""
print(current_traceparent())
with span("a"):
    print(current_traceparent())
    with span("b"): print(current_traceparent())
with span("c", "00-{TRACE}-{PARENT}-01"): print(current_traceparent())
with span("d", "nonsense"): print(current_traceparent())
""",
        data=tmp_path if kept else None,
    )
    nothing, a, b, c, d = printed
    assert nothing == "None"
    assert a[3:35] == b[3:35]
    assert a[36:52] != b[36:52]
    assert (c[3:35], c[36:52] != PARENT) == (TRACE, True)
    assert len({a[3:35], c[3:35], d[3:35]}) == 3
    assert (tmp_path / "traces").exists() is kept


def test_what_is_not_sampled_is_not_kept(tmp_path: Path) -> None:
    printed = _run('with span("a"): print(current_traceparent())', data=tmp_path, OTEL_TRACES_SAMPLER="always_off")
    assert int(printed[0].rpartition("-")[2], 16) & 1 == 0
    assert _spans(tmp_path) == {}


def test_a_full_disk_loses_spans_and_not_the_work(tmp_path: Path) -> None:
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / "registry-api.jsonl").symlink_to("/dev/full")
    assert _run('with span("a"): print("done")', data=tmp_path) == ["done"]


def test_every_metric_is_declared() -> None:
    told = generate_latest().decode()
    for name in (
        "thidua_http_seconds",
        "thidua_relay_position",
        "thidua_relay_lag",
        "thidua_consumer_lag",
        "thidua_parked_records",
        "thidua_projection_position",
        "thidua_append_seconds",
        "thidua_append_batch_size",
        "process_resident_memory_bytes",
    ):
        assert f"# TYPE {name} " in told


def test_before_setup_a_step_is_empty_and_continues_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telemetry._Process, "tracer", NoOpTracer())
    with telemetry.span("step"):
        assert telemetry.current_traceparent() is None
