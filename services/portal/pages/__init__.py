"""The pages of the portal, one folder each: `page.py` with its PAGE, and `rows.py` with what it LEARNS, if anything.

A folder is all there is to a page: what is in this package is found by itself.
"""

from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from chassis.service.service import Learns

if TYPE_CHECKING:
    from services.portal.shell.pages import Page


def _folders() -> list[str]:
    return sorted(f"{__name__}.{module.name}" for module in iter_modules(__path__) if module.ispkg)


def all_pages() -> "list[Page]":
    """Every page, with its routes: for the process that answers browsers."""
    return [import_module(f"{folder}.page").PAGE for folder in _folders()]


def learned() -> list[Learns]:
    """What pages learn from other services' events: for the process that folds them."""
    return [
        each for folder in _folders() if find_spec(f"{folder}.rows") for each in import_module(f"{folder}.rows").LEARNS
    ]
