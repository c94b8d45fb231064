"""Heads: what a signature covers, what a book keeps through crashes, and which troubles with heads are seen."""

import base64
import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chassis.store import anchored, heads
from chassis.store.anchored import Anchors, Said, collate, ranges
from chassis.store.book import Book, Unsafe, private_key, public_keys, ready, rotate
from chassis.store.heads import Head, Restored, TreeHead, Unsigned, key_id, key_text, sign, verify
from chassis.store.tree import Frontier, leaf_hash
from chassis.stream.told_heads import BookSource


def tree(size: int, after: int = 0, salt: str = "") -> TreeHead:
    leaves = [leaf_hash(f"{salt}{each}".encode()) for each in range(size)]
    grown = Frontier()
    grown.add(leaves)
    return TreeHead.of(grown, after, b"".join(each[:4] for each in leaves[after:]))


def saying(size: int, after: int = 0, salt: str = "", **more: Any) -> Callable[[Head], Head]:
    said = {"chain": "00", "events": tree(size, after, salt), "commands": tree(0), **more}
    return lambda blank: blank.model_copy(update=said)


@pytest.fixture
def book(tmp_path: Path) -> Book:
    ready(tmp_path / "ledger")
    return Book(tmp_path / "ledger", "registry")


def lines(book: Book) -> list[bytes]:
    return [line for _, line in book.lines()]


def found(book: Book, file: Sequence[bytes] | None = None, topic: Sequence[bytes] | None = None) -> Anchors:
    its = lines(book)
    sent = {head.book: len(its) for line in its[:1] if (head := heads.said(line))}
    return collate("registry", its if file is None else file, its if topic is None else topic,
                   public_keys(book.folder), sent)  # fmt: skip


def kinds(anchors: Anchors) -> list[str]:
    return [each.kind for each in anchors.troubles]


def test_the_key_is_made_once_for_our_own_account(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "ledger"
    first = ready(folder)
    assert ready(folder).private_bytes_raw() == first.private_bytes_raw()
    Book(folder, "registry").append(saying(1))
    modes = {each.name.partition(".")[2] or each.name: each.stat().st_mode & 0o777 for each in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert set(modes.values()) == {0o600}, modes
    assert set(public_keys(folder)) == {key_id(first.public_key())}


@pytest.mark.parametrize("mode", [0o604, 0o620, 0o644, 0o666])
def test_a_key_that_others_may_use_signs_nothing(book: Book, mode: int) -> None:
    (book.folder / "key.pem").chmod(mode)
    with pytest.raises(Unsafe, match="go-rwx"):
        book.append(saying(1))
    assert lines(book) == []


def test_something_else_in_the_keys_place_is_said(book: Book) -> None:
    (book.folder / "key.pem").write_text("nothing")
    with pytest.raises(Unsafe, match="Ed25519"):
        private_key(book.folder)


def test_a_head_is_a_jws_that_other_libraries_verify(book: Book) -> None:
    head, line = book.append(saying(3))
    jws = json.loads(line)
    compact = f"{jws['protected']}.{jws['payload']}.{jws['signature']}"
    [key] = public_keys(book.folder).values()
    said = jwt.decode(compact, key, algorithms=["EdDSA"])
    assert said["events"]["root"] == head.events.root
    assert jwt.get_unverified_header(compact)["kid"] == key_id(key)


def b64(data: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(data).encode()).rstrip(b"=").decode()


def test_a_head_that_was_changed_is_not_signed(book: Book) -> None:
    _, line = book.append(saying(3))
    keys, jws = public_keys(book.folder), json.loads(line)
    payload = json.loads(base64.urlsafe_b64decode(jws["payload"] + "=="))
    payload["events"]["root"] = "00" * 32
    for changed, why in (
        ({"payload": b64(payload)}, "signature"),
        ({"signature": jws["signature"][:-4] + "AAAA"}, "signature"),
        ({"signature": "?"}, "form"),
        ({"protected": b64({"alg": "none", "kid": next(iter(keys))})}, "form"),
        ({"protected": b64({"alg": "EdDSA", "kid": "0" * 16})}, "key"),
        ({"protected": b64({"alg": "EdDSA"})}, "form"),
    ):
        with pytest.raises(Unsigned) as error:
            verify(json.dumps(jws | changed).encode(), keys)
        assert error.value.why == why, changed
    for nonsense in (b"", b"{}", b"[]", b"null", b"\xff", line[:-1], b'{"payload":1,"protected":2,"signature":3}'):
        with pytest.raises(Unsigned):
            verify(nonsense, keys)
    assert verify(line, keys)[0].number == 1


def test_marks_that_do_not_fit_the_sizes_are_refused(book: Book) -> None:
    wrong = tree(3).model_copy(update={"after": 1})
    _, line = book.append(lambda blank: saying(3)(blank).model_copy(update={"events": wrong}))
    with pytest.raises(Unsigned):
        verify(line, public_keys(book.folder))


def test_heads_follow_each_other_also_behind_a_torn_line(book: Book) -> None:
    first, line = book.append(saying(1))
    with book.path.open("ab") as file:
        file.write(b'{"payload":"torn')
    second, _ = book.append(saying(2, 1))
    assert (first.number, second.number, second.previous) == (1, 2, heads.line_hash(line))
    assert first.book == second.book == book.first()
    assert len(lines(book)) == 3, "the torn one stands by itself"
    assert (found(book, topic=[line, lines(book)[2]]).troubles, found(book).file) == ([], 2)
    with book.path.open("ab") as file:
        file.write(lines(book)[2][:40])
    assert book.last() is not None
    assert book.last()[0].number == 2  # type: ignore[index]


def test_a_long_line_at_the_end_is_found(book: Book) -> None:
    book.append(saying(40_000))
    head, _ = book.append(saying(70_000))
    assert book.path.stat().st_size > 500_000
    assert book.last()[0] == head  # type: ignore[index]


def test_time_does_not_go_back(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    late = datetime(2999, 1, 1, tzinfo=UTC)
    book.append(lambda blank: saying(1)(blank).model_copy(update={"time": late}))
    assert book.append(saying(2))[0].time > late


def test_whole_books_raise_no_trouble(book: Book) -> None:
    for size in (0, 1, 5, 9):
        book.append(saying(size))
    anchors = found(book)
    assert (anchors.troubles, [each.events.size for each in anchors.heads]) == ([], [0, 1, 5, 9])
    assert found(book, topic=lines(book) * 2).troubles == [], "a relay may repeat itself"


def test_heads_taken_out_are_missed_wherever_that_was(book: Book) -> None:
    for size in range(1, 8):
        book.append(saying(size))
    its = lines(book)
    less = [*its[:2], *its[4:]]

    def where(anchors: Anchors) -> list[tuple[str, str]]:
        return [(each.kind, each.where) for each in anchors.troubles]

    assert where(found(book, file=less)) == [("removed-from-file", "3-4")]
    assert where(found(book, topic=less)) == [("removed-from-topic", "3-4")]
    assert where(found(book, file=its[:5])) == [("removed-from-file", "6-7")]
    assert where(found(book, topic=[])) == [("removed-from-topic", "1-7")]
    assert where(found(book, file=[])) == [("removed-from-file", "1-7")]
    assert where(found(book, file=less, topic=less)) == [("removed", "3-4")]


def test_what_the_relay_has_not_sent_is_only_pending(book: Book) -> None:
    for size in range(1, 4):
        book.append(saying(size))
    its = lines(book)
    sent = {UUID(str(book.first())): 2}
    anchors = collate("registry", its, its[:2], public_keys(book.folder), sent)
    assert (anchors.troubles, anchors.pending) == ([], 1)


def test_who_sees_the_topic_alone_misses_no_file(book: Book) -> None:
    book.append(saying(1))
    assert collate("registry", None, lines(book), public_keys(book.folder), {}).troubles == []


def test_without_looking_whether_heads_follow_each_other_removed_ones_are_not_missed(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    for size in range(1, 6):
        book.append(saying(size))
    less = [*lines(book)[:2], *lines(book)[3:]]
    assert kinds(found(book, file=less, topic=less)) == ["removed"]
    monkeypatch.setattr(anchored, "_look_at", lambda *_: None)
    assert found(book, file=less, topic=less).troubles == []


def test_forged_heads_are_seen_and_do_not_count(book: Book, tmp_path: Path) -> None:
    head, line = book.append(saying(1))
    stranger = Ed25519PrivateKey.generate()
    other = sign(head.model_copy(update={"number": 2}), stranger)
    forged = json.dumps(json.loads(line) | {"payload": json.loads(other)["payload"]}).encode()
    assert kinds(found(book, topic=[line, forged])) == ["forged"]
    assert kinds(found(book, topic=[line, other])) == ["unknown-key"]
    assert kinds(found(book, topic=[line, b"{}"])) == ["forged"]
    foreign = sign(head.model_copy(update={"service": "awards", "number": 2}), private_key(book.folder))
    assert kinds(found(book, topic=[line, foreign])) == ["forged"]
    assert len(found(book, topic=[line, forged, other]).heads) == 1


def test_without_verifying_a_forged_head_would_count(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    head, line = book.append(saying(1))
    forged = sign(head.model_copy(update={"number": 2, "previous": heads.line_hash(line), "events": tree(9)}),
                  Ed25519PrivateKey.generate())  # fmt: skip
    monkeypatch.setattr(anchored, "verify", lambda line, _: (heads.said(line), "key"))
    assert found(book, file=[line, forged], topic=[line, forged]).newest.events.size == 9  # type: ignore[union-attr]


def test_two_books_of_one_name_are_seen(book: Book) -> None:
    book.append(saying(1))
    kept = book.path.read_bytes()
    book.append(saying(2))
    one = lines(book)
    book.path.write_bytes(kept)
    book.append(saying(3))
    assert "forked" in kinds(found(book, topic=one))


def test_heads_of_one_size_have_one_root(book: Book) -> None:
    book.append(saying(4))
    book.append(saying(4, salt="other"))
    assert kinds(found(book)) == ["inconsistent"]


def announcing(_: Book, new: Ed25519PublicKey) -> Callable[[Head], Head]:
    return saying(1, 1, key=key_text(new))


def rotated(book: Book) -> Mapping[str, Ed25519PublicKey]:
    """A head by an old key, which hands over, and one by the new key; gives the old key alone."""
    book.append(saying(1))
    old = public_keys(book.folder)
    new, books = rotate(book.folder, announcing)
    assert books == ["registry"]
    assert key_id(ready(book.folder).public_key()) == new
    book.append(saying(2, 1))
    return old


def test_who_knows_the_old_key_learns_of_the_new_one(book: Book) -> None:
    old = rotated(book)
    anchors = collate("registry", lines(book), lines(book), old, {})
    assert (anchors.troubles, len(anchors.heads)) == ([], 3)
    silent = [line for line in lines(book) if (head := heads.said(line)) and head.key is None]
    assert "unknown-key" in kinds(collate("registry", silent, silent, old, {}))


def test_a_key_that_handed_over_signs_no_more(book: Book) -> None:
    book.append(saying(1))
    old = private_key(book.folder)
    rotate(book.folder, announcing)
    last, line = book.append(saying(2, 1))
    update = {"number": last.number + 1, "previous": heads.line_hash(line), "time": datetime.now(UTC)}
    late = sign(last.model_copy(update=update), old)
    its = [*lines(book), late]
    assert kinds(found(book, file=its, topic=its)) == ["retired-key"]


def test_a_restore_that_was_announced_takes_back_what_was_said(book: Book) -> None:
    book.append(saying(10))
    book.append(saying(20, 10))
    restored = Restored(first=13, last=20, commands=0)
    book.append(saying(12, 12, restored=restored))
    book.append(saying(30, 12, salt="new"))
    anchors = found(book)
    said = Said.of(anchors.heads, "events")
    assert (sorted(said.roots), len(said.marks)) == ([10, 12, 30], 120)
    assert said.mark(11) == leaf_hash(b"11")[:4]
    assert said.mark(12) == leaf_hash(b"new12")[:4]
    assert [each.restored for each in anchors.restores] == [restored]


def test_what_was_said_first_of_a_leaf_counts_and_what_was_not_said_is_unknown(book: Book) -> None:
    book.append(saying(4, 2))
    book.append(saying(6, 1, salt="later"))
    said = Said.of(found(book).heads, "events")
    assert [said.mark(each) for each in range(7)] == [
        None,
        leaf_hash(b"later1")[:4],
        leaf_hash(b"2")[:4],
        leaf_hash(b"3")[:4],
        leaf_hash(b"later4")[:4],
        leaf_hash(b"later5")[:4],
        None,
    ]


async def test_a_book_is_sent_in_order_from_where_its_relay_stands(book: Book) -> None:
    source = BookSource(book)
    assert await source(0, 10) == []
    for size in range(1, 8):
        book.append(saying(size))
    assert [each.position for each in await source(0, 3)] == [1, 2, 3]
    assert [each.position for each in await source(3, 10)] == [4, 5, 6, 7]
    assert await source(7, 10) == []
    assert [each.position for each in await source(2, 2)] == [3, 4], "a new producer reads again"
    book.append(saying(8))
    [last] = await source(7, 10)
    assert (last.key, last.value, last.topics) == (b"registry", lines(book)[-1], ("thidua.ledger.heads",))


def test_runs_of_numbers() -> None:
    assert ranges([3, 1, 2, 7, 9, 10]) == "1-3, 7, 9-10"


def test_a_disk_that_is_full_leaves_a_book_that_goes_on(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    book.append(saying(1))
    write = os.write

    def half(handle: int, data: bytes) -> int:
        write(handle, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(OSError, match="space"):
        book.append(saying(2, 1))
    monkeypatch.setattr(os, "write", write)
    book.append(saying(3, 1))
    anchors = found(book, topic=[line for line in lines(book) if heads.said(line)])
    assert (anchors.troubles, [each.number for each in anchors.heads]) == ([], [1, 2])
