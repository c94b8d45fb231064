"""Every package that the lock files name, with its version and hashes."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packageurl import PackageURL

from deploy.local.jars import HERE as KAFKA

_PYTHON: Final = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
_HASH: Final = re.compile(r"sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Part:
    """A package of one version; `product` when services run with it, else only tools and the local platform do."""

    url: PackageURL
    hashes: tuple[str, ...]
    product: bool

    @property
    def name(self) -> str:
        """What it is called where it comes from."""
        return ":".join(filter(None, (self.url.namespace, self.url.name)))

    @property
    def version(self) -> str:
        """Its version."""
        return self.url.version or ""


def parts(root: Path) -> list[Part]:
    """What the lock files of a checkout name, by name; raises FileNotFoundError where one is missing."""
    product, everything = (_python(root / f"requirements{which}.lock") for which in ("", "-dev"))
    jars = [line.split() for line in (KAFKA / "jars.lock").read_text().splitlines() if line.strip()]
    found = [
        Part(PackageURL("pypi", None, name, version), hashes, (name, version) in product)
        for (name, version), hashes in everything.items()
    ]
    for coordinate, digest in jars:
        group, artifact, version, *_ = coordinate.split(":")
        found.append(Part(PackageURL("maven", group, artifact, version), (digest,), product=False))
    return sorted(found, key=lambda part: str(part.url))


def _python(lock: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    text = lock.read_text()
    begun = list(_PYTHON.finditer(text))
    ends = [each.start() for each in begun[1:]] + [len(text)]
    return {
        (each[1], each[2]): tuple(_HASH.findall(text, each.end(), end)) for each, end in zip(begun, ends, strict=True)
    }
