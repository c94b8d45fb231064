"""Kafka's jars: what is fetched is what is locked, or nothing is kept and one sentence says why."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from deploy.local.jars import POM, jars, read_lock, sha256
from deploy.local.process import ROOT
from deploy.local.trouble import CannotStart

SMALL = "org.slf4j:slf4j-api:1.7.36"


def lock(folder: Path, digest: str) -> Path:
    file = folder / "jars.lock"
    file.write_text(f"{SMALL} {digest}\n")
    return file


def locked(coordinate: str) -> str:
    return next(jar.sha256 for jar in read_lock() if f"{jar.group}:{jar.artifact}:{jar.version}" == coordinate)


def numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]


def fetch(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Fetch all jars into an empty cache by the command a person would use."""
    variables = {**os.environ, "XDG_CACHE_HOME": str(folder), **env}
    argv = [sys.executable, "-m", "deploy.local.jars"]
    return subprocess.run(argv, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_lock_holds_what_the_pom_asks_for() -> None:
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    asked = {
        ":".join(d.findtext(f"m:{part}", "", names) for part in ("groupId", "artifactId", "version"))
        for d in ET.parse(POM).iterfind(".//m:dependency", names)  # noqa: S314 - our own file
    }
    held = {f"{jar.group}:{jar.artifact}:{jar.version}" for jar in read_lock()}
    assert asked <= held
    assert len(held) == len({jar.file for jar in read_lock()}) > 40


def test_no_jar_is_older_than_what_ends_its_advisories() -> None:
    """The first releases without CVE-2026-68497, -59949, -87795 and -49844."""
    without = {"jackson-databind": "2.21.6", "lz4-java": "1.11.2", "zstd-jni": "1.5.7-14", "log4j-api": "2.25.5"}
    held = {jar.artifact: jar.version for jar in read_lock()}
    assert {name: held[name] for name, first in without.items() if numbers(held[name]) < numbers(first)} == {}


def test_a_locked_jar_is_fetched_and_a_damaged_one_fetched_anew(tmp_path: Path) -> None:
    digest = locked(SMALL)
    cache = tmp_path / "cache"
    [path] = jars(cache, lock(tmp_path, digest))
    assert sha256(path) == digest
    path.write_bytes(path.read_bytes()[:1000])
    assert sha256(jars(cache, lock(tmp_path, digest))[0]) == digest
    assert files(cache) == [path]


def test_a_jar_with_another_hash_is_refused_and_not_kept(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with pytest.raises(CannotStart, match=r"slf4j-api-1\.7\.36\.jar arrived with a wrong hash") as refusal:
        jars(cache, lock(tmp_path, "0" * 64))
    assert "không đúng mã băm" in refusal.value.vi
    assert files(cache) == []


def test_without_a_network_one_sentence_says_so(tmp_path: Path) -> None:
    done = fetch(tmp_path, HTTPS_PROXY="http://127.0.0.1:1", https_proxy="http://127.0.0.1:1", PATH="/nowhere")
    assert done.returncode == 1
    assert "hãy kiểm tra kết nối mạng" in done.stderr
    assert "check the network and run again" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == []


def test_no_room_for_a_jar_is_said_and_leaves_no_half_file(tmp_path: Path) -> None:
    code = (
        "import resource, runpy, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000));"
        "runpy.run_module('deploy.local.jars', run_name='__main__')"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    argv = [sys.executable, "-B", "-c", code]
    done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is full; free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert files(tmp_path) == []
