"""The messages that the simulator has accepted, in a file of JSON lines that survives a restart."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator
from operator import attrgetter
from pathlib import Path
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict

from deploy.local.zalo_simulator.limits import day_of


class Message(BaseModel):
    """One accepted message; `sent_time` is in milliseconds since 1970."""

    model_config = ConfigDict(frozen=True)

    seq: int
    msg_id: str
    phone: str
    template_id: str
    template_data: dict[str, str]
    tracking_id: str
    sending_mode: str
    mode: str
    sent_time: int
    delivered: bool


class MessageLog:
    """All messages in order; numbers rise by one and are not used again while the process lives."""

    def __init__(self, file: Path) -> None:
        file.touch()
        whole, _, cut_off = file.read_bytes().rpartition(b"\n")
        self._messages = [Message.model_validate_json(line) for line in whole.splitlines()]
        self._file = file.open("r+b", buffering=0)
        self._file.truncate(self._file.seek(-len(cut_off), 2))  # a crash may have cut the last line
        self._by_id: dict[str, Message] = {}
        self._copies: Counter[str] = Counter()
        self._of_day: Counter[int] = Counter()
        self._most_copies = 0
        for message in self._messages:
            self._count(message)
        self._next = self._messages[-1].seq + 1 if self._messages else 1

    def add(self, message: Message) -> None:
        """Keep a message numbered `next_seq`; it is in the file when this returns."""
        self._file.write(orjson.dumps(message.model_dump()) + b"\n")
        self._messages.append(message)
        self._count(message)
        self._next = message.seq + 1

    @property
    def next_seq(self) -> int:
        """The number of the next message."""
        return self._next

    def after(self, seq: int) -> Iterator[Message]:
        """Iterate over the messages that came after number `seq`, oldest first."""
        start = bisect_right(self._messages, seq, key=attrgetter("seq"))
        return (self._messages[place] for place in range(start, len(self._messages)))

    def before(self, seq: int | None) -> Iterator[Message]:
        """Iterate over the messages that came before number `seq` (None: over all), newest first."""
        end = len(self._messages) if seq is None else bisect_left(self._messages, seq, key=attrgetter("seq"))
        return (self._messages[place] for place in range(end - 1, -1, -1))

    def find(self, msg_id: str) -> Message | None:
        """Return the message with this id."""
        return self._by_id.get(msg_id)

    def sent_on(self, day: int) -> int:
        """How many messages were accepted on a day."""
        return self._of_day[day]

    @property
    def count(self) -> int:
        """How many messages there are."""
        return len(self._messages)

    @property
    def copies(self) -> dict[str, int]:
        """How often each tracking id came."""
        return dict(self._copies)

    @property
    def most_copies(self) -> int:
        """How often the most repeated tracking id came: 1 when nothing was sent twice."""
        return self._most_copies

    def forget(self, notifications: Collection[UUID]) -> int:
        """Delete the messages of some notifications, known by their tracking id; how many there were."""
        gone = {each.hex for each in notifications}
        left = [message for message in self._messages if message.tracking_id.partition("-")[0] not in gone]
        number = len(self._messages) - len(left)
        if number:
            self._file.truncate(self._file.seek(0))
            self._file.write(b"".join(orjson.dumps(message.model_dump()) + b"\n" for message in left))
            self._messages = left
            self._by_id = {message.msg_id: message for message in left}
        return number

    def clear(self) -> None:
        """Forget every message."""
        self._file.truncate(self._file.seek(0))
        self._messages, self._most_copies = [], 0
        for index in (self._by_id, self._copies, self._of_day):
            index.clear()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _count(self, message: Message) -> None:
        self._by_id[message.msg_id] = message
        self._of_day[day_of(message.sent_time / 1000)] += 1
        self._copies[message.tracking_id] += 1
        self._most_copies = max(self._most_copies, self._copies[message.tracking_id])
