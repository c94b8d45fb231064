"""Files by hash, and of what kind they are by their bytes."""

from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest

from chassis.facts.decider import Rejected
from chassis.facts.files import checked_kind, kind_of
from chassis.store.files import Files
from contracts.values import FileKind

THING = UUID(int=7)


def office(*parts: str) -> bytes:
    """An office file with these parts."""
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for part in ("[Content_Types].xml", *parts):
            archive.writestr(part, "<x/>")
    return content.getvalue()


GOOD = {
    "a.pdf": (b"%PDF-1.7\n", FileKind.PDF),
    "a.PNG": (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    "a.jpg": (b"\xff\xd8\xff\xe0", FileKind.JPEG),
    "a.b.jpeg": (b"\xff\xd8\xff\xdb", FileKind.JPEG),
    "a.docx": (office("word/document.xml"), FileKind.DOCX),
    "a.xlsx": (office("xl/workbook.xml"), FileKind.XLSX),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_what_its_bytes_are(name: str) -> None:
    content, kind = GOOD[name]
    assert checked_kind(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.pdf", "file-empty"),
        (b"<html>", "a.pdf", "file-kind-unknown"),
        (b"MZ\x90\x00", "a.docx", "file-kind-unknown"),
        (b"PK\x03\x04 torn", "a.docx", "file-kind-unknown"),
        (office("word/document.xml", "word/vbaProject.bin"), "a.docx", "file-kind-unknown"),
        (office("other.xml"), "a.docx", "file-kind-unknown"),
        (GOOD["a.docx"][0], "a.xlsx", "file-not-what-its-name-says"),
        (b"%PDF-1.7\n", "a.png", "file-not-what-its-name-says"),
        (b"%PDF-1.7\n", "a.pdf.exe", "file-not-what-its-name-says"),
        (b"%PDF-1.7\n", "pdf", "file-not-what-its-name-says"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(content: bytes, name: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        checked_kind(content, name)
    assert refused.value.code == code


def test_an_archive_that_says_nonsense_of_itself_is_of_no_kind() -> None:
    whole = office("xl/workbook.xml")
    for cut in range(0, len(whole), 7):
        assert kind_of(whole[:cut]) in {None, FileKind.XLSX}


async def test_bytes_are_kept_by_hash_and_deleted_for_one_thing_alone(tmp_path: Path) -> None:
    files, other = Files(tmp_path / "files"), uuid4()
    digest = await files.put(THING, b"content")
    assert await files.put(other, b"content") == digest
    assert await files.put(THING, b"content") == digest
    assert await files.get(THING, digest) == b"content"
    await files.delete(THING, digest)
    await files.delete(THING, digest)
    assert await files.get(THING, digest) is None
    assert await files.get(other, digest) == b"content"


async def test_only_the_account_itself_reads_them_and_nothing_half_written_is_left(tmp_path: Path) -> None:
    files = Files(tmp_path / "files")
    digest = await files.put(THING, b"content")
    [path] = (tmp_path / "files" / str(THING)).iterdir()
    assert (path.name, path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (digest, 0o600, 0o700)


async def test_bytes_that_were_changed_are_not_given_out_and_are_kept_anew(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest = await files.put(THING, b"content")
    (tmp_path / str(THING) / digest).write_bytes(b"changed")
    assert await files.get(THING, digest) is None
    await files.put(THING, b"content")
    assert await files.get(THING, digest) == b"content"


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", "A" * 64, "0" * 63])
async def test_what_is_no_hash_names_no_file(tmp_path: Path, digest: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        await Files(tmp_path).get(THING, digest)
