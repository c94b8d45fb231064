"""`thidua ledger`: an auditor with Kafka and the public key, proofs for others, a new key, and the check as typed."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from chassis.store.book import Book, ready
from chassis.store.tree import leaf_hash, verify_consistency, verify_inclusion
from chassis.stream.told_heads import told
from tests.chassis.streams import Stream, emptied, produce, read_all, stream, until
from tests.chassis.test_anchors import anchored, holds
from tests.chassis.test_announced import done
from tests.chassis.test_taken_back import backed_up, restored
from tests.chassis.test_tampering import forge, write
from tests.chassis.test_topics_made_again import TOPIC

__all__ = ["stream"]

pytestmark = pytest.mark.server


def thidua(stream: Stream, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    server, name = stream.database.url.rsplit("/", 1)
    settings = {"COLUMNS": "250", "KAFKA_BOOTSTRAP": stream.bootstrap, "THIDUA_LEDGER": str(folder)}
    settings |= {"DATABASE_URL": f"{server}/{name.removesuffix('_registry')}", "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-m", "cli.main", "ledger", *words]
    found = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | settings)
    assert "Traceback" not in found.stderr, found.stderr
    return found


@pytest.fixture
async def book(stream: Stream, tmp_path: Path) -> Book:
    """Twenty events in store and topic, signed for, and the heads in their topic."""
    its = Book(tmp_path / "ledger", "registry")
    async with anchored(stream, its.folder, thidua_ledger_seconds=0.1):
        await write(stream.database, 10)
        await until(lambda: holds(stream, its))
    return its


@pytest.fixture
def keys(book: Book, tmp_path: Path) -> Path:
    """What an auditor was given: the public key."""
    folder = tmp_path / "auditor"
    folder.mkdir()
    for each in book.folder.glob("*.pub"):
        shutil.copy(each, folder)
    return folder


async def audited(stream: Stream, keys: Path) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(thidua, stream, keys, "audit", "registry", "--keys", str(keys))


async def test_an_auditor_needs_kafka_and_the_public_key_alone(stream: Stream, keys: Path) -> None:
    done_ = await audited(stream, keys)
    assert done_.returncode == 0, done_.stderr
    assert "fit 20 events" in done_.stdout


async def test_an_auditor_sees_a_topic_that_was_changed(stream: Stream, keys: Path) -> None:
    await forge(stream, 12, b'{"forged": true}')
    done_ = await audited(stream, keys)
    assert done_.returncode == 1
    assert "the event at position 12 was edited in the topic" in " ".join(done_.stderr.split())


async def test_an_auditor_sees_what_a_topic_lacks(stream: Stream, keys: Path) -> None:
    records = await asyncio.to_thread(read_all, stream.bootstrap, TOPIC)
    await emptied(stream, TOPIC)
    produce(stream, *(each for each in records if each.headers["ce_sequence"] != "12"))
    done_ = await audited(stream, keys)
    assert done_.returncode == 1
    assert "the topic lacks position 12" in " ".join(done_.stderr.split())


async def test_an_auditor_with_another_key_believes_nothing(stream: Stream, book: Book, tmp_path: Path) -> None:
    other = tmp_path / "other"
    ready(other)
    done_ = await audited(stream, other)
    assert done_.returncode == 1
    assert "unknown key" in done_.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert (await audited(stream, empty)).returncode == 1


async def test_an_auditor_sees_a_restore_and_follows_the_new_log(stream: Stream, book: Book, keys: Path) -> None:
    backup = await backed_up(stream)
    async with anchored(stream, book.folder, thidua_ledger_seconds=0.1):
        await write(stream.database, 5)
    await restored(stream, backup)
    await write(stream.database, 1)  # it went on by itself: the rest cannot be taken back
    _, head = await done(stream, book)
    assert head is not None
    async with anchored(stream, book.folder, thidua_ledger_seconds=0.1):
        await write(stream.database, 5)
    assert set((await told(stream.bootstrap))["registry"]) == {line for _, line in book.lines()}
    done_ = await audited(stream, keys)
    assert (done_.returncode, "restore announced" in done_.stderr) == (0, True), done_.stderr
    assert "fit 32 events" in done_.stdout


async def registry(stream: Stream) -> str:
    """The stream's database under the name that the tool looks for."""
    server, name = stream.database.url.rsplit("/", 1)
    admin = await asyncpg.connect(f"{server}/postgres")
    stream.database.pool.terminate()
    await admin.execute(f'alter database "{name}" rename to "{name}_registry"')
    await admin.execute(f'alter role "{name}" rename to "{name}_registry"')
    await admin.close()
    return f"{name}_registry"


async def back(stream: Stream, name: str) -> None:
    server, was = stream.database.url.rsplit("/", 1)
    admin = await asyncpg.connect(f"{server}/postgres")
    await admin.execute(f'alter database "{name}" rename to "{was}"')
    await admin.execute(f'alter role "{name}" rename to "{was}"')
    await admin.close()


async def test_who_holds_a_head_can_be_given_a_proof(stream: Stream, book: Book) -> None:
    name = await registry(stream)
    try:
        done_ = await asyncio.to_thread(thidua, stream, book.folder, "prove", "registry", "7", "--since", "5")
        far = await asyncio.to_thread(thidua, stream, book.folder, "prove", "registry", "21")
    finally:
        await back(stream, name)
    assert done_.returncode == 0, done_.stderr
    proof = json.loads(done_.stdout)
    root, path = bytes.fromhex(proof["root"]), [bytes.fromhex(each) for each in proof["proof"]]
    leaf = leaf_hash(proof["entry"].encode())
    assert verify_inclusion(proof["index"], proof["size"], leaf, path, root)
    assert not verify_inclusion(proof["index"], proof["size"], leaf_hash(b"another"), path, root)
    path = [bytes.fromhex(each) for each in proof["consistency"]]
    assert not verify_consistency(5, proof["size"], leaf, root, path), "only the tree of five that there was"
    assert "does not go that far" in far.stderr


async def test_a_new_key_is_announced_by_the_old_one_also_to_an_auditor(stream: Stream, book: Book, keys: Path) -> None:
    old = await asyncio.to_thread(thidua, stream, book.folder, "rotate-key")
    assert old.returncode == 0, old.stderr
    async with anchored(stream, book.folder, thidua_ledger_seconds=0.1):
        await write(stream.database, 2)
    done_ = await audited(stream, keys)
    assert (done_.returncode, "fit 24 events" in done_.stdout) == (0, True), done_.stderr
    shown = await asyncio.to_thread(thidua, stream, book.folder, "heads", "registry")
    assert len({each.name for each in book.folder.glob("*.pub")}) == 2
    assert all(each.stem in shown.stdout for each in book.folder.glob("*.pub"))


def test_without_a_folder_the_tools_say_what_to_set(tmp_path: Path) -> None:
    for words in (("rotate-key",), ("heads", "registry"), ("prove", "registry", "1")):
        command = [sys.executable, "-m", "cli.main", "ledger", *words]
        done_ = subprocess.run(
            command, capture_output=True, text=True, check=False, env={"THIDUA_LEDGER": str(tmp_path / "none")}
        )
        assert (done_.returncode, "THIDUA_LEDGER" in done_.stderr, "Traceback" in done_.stderr) == (1, True, False)
