"""What runs the portal and what it gives to browsers, with licences: as the installed packages themselves say."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from importlib.resources import files
from pathlib import Path
from typing import Final

_NAME: Final = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
_LICENCE: Final = "License :: "
_FONT: Final = "fontpkg-be-vietnam-pro"


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package."""

    name: str
    version: str
    licence: str


@cache
def packages() -> list[Package]:
    """The locked requirements that are installed here, by name; one for another system is left out."""
    lock = Path(str(files("services"))).parent / "requirements.lock"
    found = []
    for name in _NAME.findall(lock.read_text(encoding="utf-8")):
        try:
            found.append(_package(metadata(name)))
        except PackageNotFoundError:
            continue
    return sorted(found, key=lambda each: each.name.lower())


@cache
def font() -> tuple[Package, str]:
    """The font that browsers load, with the whole text of its licence."""
    text = files("fontpkg_be_vietnam_pro").joinpath("LICENSE").read_text(encoding="utf-8")
    return _package(metadata(_FONT)), text


def _package(told: PackageMetadata) -> Package:
    """By its expression; else as written, where that is a name and not the whole text; else by its classifiers."""
    [written, *_] = told.get_all("License-Expression") or told.get_all("License") or [""]
    if not written or "\n" in written:
        classifiers = told.get_all("Classifier") or []
        written = ", ".join(each.rpartition(" :: ")[2] for each in classifiers if each.startswith(_LICENCE))
    return Package(told["Name"], told["Version"], written)
