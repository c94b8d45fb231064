"""Ports: chosen once, remembered, never silently another than the demanded one."""

import socket
from pathlib import Path

import pytest

from deploy.local.ports import CHOICE, Ports, is_free
from deploy.local.trouble import CannotStart


def test_a_port_is_remembered(tmp_path: Path) -> None:
    chosen = Ports(tmp_path, {}, pytest.fail).take("kafka")
    assert chosen in CHOICE
    assert is_free(chosen)
    assert Ports(tmp_path, {}, pytest.fail).take("kafka") == chosen


def test_two_names_get_two_ports(tmp_path: Path) -> None:
    ports = Ports(tmp_path, {}, pytest.fail)
    assert len({ports.take(name) for name in "abcdef"}) == 6


def test_a_remembered_port_taken_by_a_stranger_is_replaced_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    old = Ports(tmp_path, {}, pytest.fail).take("kafka")
    with socket.create_server(("127.0.0.1", old)):
        new = Ports(tmp_path, {}, said.append).take("kafka")
    assert new != old
    assert len(said) == 1
    assert str(old) in said[0]
    assert str(new) in said[0]
    assert Ports(tmp_path, {}, pytest.fail).take("kafka") == new


def test_a_demanded_port_is_taken_or_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} for kafka is used"):
            Ports(tmp_path, {"kafka": port}, pytest.fail).take("kafka")
    assert Ports(tmp_path, {"kafka": port}, pytest.fail).take("kafka") == port


@pytest.mark.parametrize(
    "content", [b'{"kafka": 2', b"[]", b'{"kafka": "abc"}', b'{"kafka": 99999}', b"\xff"], ids=repr
)
def test_a_file_that_tells_nothing_is_written_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ports.json").write_bytes(content)
    chosen = Ports(tmp_path, {}, pytest.fail).take("kafka")
    assert Ports(tmp_path, {}, pytest.fail).take("kafka") == chosen
