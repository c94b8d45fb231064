"""Heads as they are found in a book and in a topic: which of them are genuine, whether any are missing, what holds.

Pure: lines in, heads and troubles out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chassis.store.heads import MARK, Head, TreeHead, Unsigned, announced, key_id, line_hash, verify

Trouble = Literal[
    "forged", "unknown-key", "retired-key", "forked", "removed", "removed-from-file", "removed-from-topic",
    "inconsistent",
]  # fmt: skip
"""What may be wrong with heads themselves.

A line whose signature is bad, or that is another service's (`forged`); signed by a key that no known key announced
(`unknown-key`), or by one that had handed over (`retired-key`); two heads of one number, or one that does not follow
the one before (`forked`); numbers that neither book nor topic has (`removed`), or only one of them; two heads of the
same size with different roots (`inconsistent`).
"""

Place = Literal["file", "topic"]
_UNKNOWN: Final = bytes(MARK)


@dataclass(frozen=True, slots=True)
class Found:
    """A trouble with heads, and where: numbers of a book, a key, or how many lines."""

    kind: Trouble
    where: str


@dataclass(frozen=True, slots=True)
class Signed:
    """A genuine head, with its line and the key that signed it."""

    head: Head
    line: bytes
    key: str


@dataclass(slots=True)
class Anchors:
    """All genuine heads of a service in the order in which they were made, and what is wrong with them."""

    heads: list[Head] = field(default_factory=list)
    troubles: list[Found] = field(default_factory=list)
    file: int = 0
    topic: int = 0
    pending: int = 0
    """Heads that the file holds behind what its relay has sent."""

    @property
    def newest(self) -> Head | None:
        """The head that was made last."""
        return self.heads[-1] if self.heads else None

    @property
    def restores(self) -> list[Head]:
        """Announced restores by which positions are gone."""
        return [each for each in self.heads if each.restored is not None and each.restored.first is not None]


def collate(
    service: str,
    file: Iterable[bytes] | None,
    topic: Iterable[bytes],
    trusted: Mapping[str, Ed25519PublicKey],
    sent: Mapping[UUID, int],
) -> Anchors:
    """The heads on the lines of a book (None where there is no book to look at) and of a topic.

    `sent` says how many heads of each book its relay has sent. A key that a genuine head announces is trusted, too.
    """
    found, keys = Anchors(), dict(trusted)
    lines: dict[Place, list[bytes]] = {"file": list(dict.fromkeys(file or ())), "topic": list(dict.fromkeys(topic))}
    genuine: dict[Place, list[Signed]] = {
        place: _genuine(service, place, its, keys, found.troubles) for place, its in lines.items()
    }
    found.file, found.topic = len(genuine["file"]), len(genuine["topic"])
    heads = {each.line: each for its in genuine.values() for each in its}
    books = {each.head.book for each in heads.values()}
    for book in sorted(books):
        _look_at([each for each in heads.values() if each.head.book == book], found.troubles)
        numbers = {
            place: {each.head.number for each in its if each.head.book == book} for place, its in genuine.items()
        }
        if file is not None and (lacking := numbers["topic"] - numbers["file"]):
            found.troubles.append(Found("removed-from-file", ranges(lacking)))
        lacking = numbers["file"] - numbers["topic"]
        if gone := {each for each in lacking if each <= sent.get(book, 0)}:
            found.troubles.append(Found("removed-from-topic", ranges(gone)))
        found.pending += len(lacking - gone)
    found.heads = [each.head for each in sorted(heads.values(), key=lambda each: (each.head.time, each.head.number))]
    for which in ("events", "commands"):
        found.troubles += Said.of(found.heads, which).inconsistent
    return found


def _genuine(
    service: str, place: Place, lines: Sequence[bytes], keys: dict[str, Ed25519PublicKey], troubles: list[Found]
) -> list[Signed]:
    """Heads that known keys have signed; keys that they announce become known."""
    genuine, waiting = list[Signed](), list(lines)
    while True:
        unknown, known = list[tuple[bytes, str]](), len(keys)
        for line in waiting:
            try:
                head, key = verify(line, keys)
                if head.service != service:
                    raise Unsigned("signature")
            except Unsigned as error:
                if error.why == "key":
                    unknown.append((line, error.key))
                elif error.why == "signature" or place == "topic":  # a torn line of a file is no head
                    troubles.append(Found("forged", place))
                continue
            genuine.append(Signed(head, line, key))
            if (new := announced(head)) is not None:
                keys.setdefault(key_id(new), new)
        waiting = [line for line, _ in unknown]
        if not unknown or len(keys) == known:
            troubles += [Found("unknown-key", key) for key in sorted({key for _, key in unknown})]
            return genuine


def _look_at(heads: Sequence[Signed], troubles: list[Found]) -> None:
    """One book's heads among themselves."""
    ordered = sorted(heads, key=lambda each: each.head.number)
    numbers = [each.head.number for each in ordered]
    if lacking := set(range(1, numbers[-1])) - set(numbers):
        troubles.append(Found("removed", ranges(lacking)))
    retired = set[str]()
    for before, after in pairwise(ordered):
        follows = after.head.number > before.head.number and (
            after.head.number > before.head.number + 1 or after.head.previous == line_hash(before.line)
        )
        if not follows:
            troubles.append(Found("forked", str(after.head.number)))
        if after.key != before.key:
            retired.add(before.key)
        if after.key in retired:
            troubles.append(Found("retired-key", after.key))


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as a person reads them: 1-3, 7."""
    runs: list[list[int]] = []
    for each in sorted(numbers):
        if runs and runs[-1][1] == each - 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


@dataclass(slots=True)
class Said:
    """What heads say of one tree, as far as it still counts: marks of leaves (zeros: unknown), and roots by size."""

    marks: bytearray = field(default_factory=bytearray)
    roots: dict[int, Head] = field(default_factory=dict)
    which: str = "events"
    inconsistent: list[Found] = field(default_factory=list)

    @classmethod
    def of(cls, heads: Iterable[Head], which: str) -> "Said":
        """What these heads say, in the order in which they were made; the first word on a leaf counts.

        A restore that was announced takes back what was said of all that it does not hold.
        """
        said = cls(which=which)
        for head in heads:
            if head.restored is not None:
                said._cut(head.events.size if which == "events" else head.restored.commands)
            said._hear(head)
        return said

    def tree(self, head: Head) -> TreeHead:
        """What a head says of it."""
        return head.events if self.which == "events" else head.commands

    @property
    def most(self) -> int:
        """Size of the largest tree that was anchored."""
        return max(self.roots, default=0)

    def mark(self, index: int) -> bytes | None:
        """What was said of a leaf, None when nothing was."""
        found = bytes(self.marks[index * MARK : (index + 1) * MARK])
        return found if len(found) == MARK and found != _UNKNOWN else None

    def beyond(self, index: int) -> Head | None:
        """The oldest head whose tree holds the leaf at this index."""
        return next((head for size, head in self.roots.items() if size > index), None)

    def _cut(self, size: int) -> None:
        del self.marks[size * MARK :]
        self.roots = {each: head for each, head in self.roots.items() if each <= size}

    def _hear(self, head: Head) -> None:
        tree = self.tree(head)
        before = self.roots.setdefault(tree.size, head)
        if self.tree(before).root != tree.root:
            self.inconsistent.append(Found("inconsistent", f"{self.which} {tree.size}"))
        marks, start = tree.marked(), tree.after * MARK
        if len(self.marks) < start:
            self.marks += bytes(start - len(self.marks))
        end = min(len(self.marks), start + len(marks))
        self.marks[start:end] = _first(bytes(self.marks[start:end]), marks[: end - start])
        self.marks += marks[end - start :]


def _first(known: bytes, marks: bytes) -> bytes:
    """Marks as they are known, and where they are not, as they are said now."""
    if known == marks:
        return marks
    kept = (known[at : at + MARK] for at in range(0, len(marks), MARK))
    return b"".join(
        each if each != _UNKNOWN else marks[number * MARK : (number + 1) * MARK] for number, each in enumerate(kept)
    )
