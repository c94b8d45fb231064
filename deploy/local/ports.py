"""TCP ports on 127.0.0.1, chosen once and remembered in the data folder."""

import json
import random
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.files import write_atomically
from deploy.local.trouble import CannotStart

# Below the range Linux draws client ports from: a client that reconnects to a dead local port
# inside that range can connect to itself and then holds the port against its own server.
CHOICE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _remembered(file: Path) -> dict[str, int]:
    """What an earlier run chose; nothing where the file tells nothing."""
    try:
        found = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    pairs = found.items() if isinstance(found, dict) else ()
    return {name: port for name, port in pairs if isinstance(port, int) and 0 < port < 2**16}


class Ports:
    """The ports of one data folder, by name; `demanded` ones are used or refused, never replaced."""

    def __init__(self, data: Path, demanded: Mapping[str, int], say: Callable[[str], None]) -> None:
        self._file = data / "ports.json"
        self._known = _remembered(self._file)
        self._demanded = demanded
        self._say = say

    def take(self, name: str) -> int:
        """Return a free port for `name`: the demanded one, else the remembered one, else a new one."""
        port = self._demanded.get(name) or self._known.get(name)
        if port is None or not is_free(port):
            port = self._another(name, port)
        if self._known.get(name) != port:
            self._known[name] = port
            write_atomically(self._file, json.dumps(self._known, indent=2))
        return port

    def _another(self, name: str, taken: int | None) -> int:
        if name in self._demanded:
            raise CannotStart(
                f"Cổng {taken} dành cho {name} đang bị chương trình khác dùng; hãy dừng nó hoặc chọn cổng khác.",
                f"Port {taken} for {name} is used by another program; stop that one or choose another port.",
            )
        others = set(self._known.values()) | set(self._demanded.values())
        chosen = next(
            (p for p in random.sample(CHOICE, len(CHOICE)) if p not in others and is_free(p)), None
        )  # not a secret, only a spread over what neighbours may choose
        if chosen is None:
            raise CannotStart(
                f"Không còn cổng trống nào trong khoảng {CHOICE.start}-{CHOICE.stop}; hãy dừng bớt chương trình.",
                f"No port between {CHOICE.start} and {CHOICE.stop} is free; stop some programs.",
            )
        if taken is not None:
            self._say(f"Cổng {taken} của {name} đã bị chiếm, dùng cổng {chosen}. / Port {taken} taken, using {chosen}.")
        return chosen
