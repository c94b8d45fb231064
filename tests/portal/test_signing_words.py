"""What may be signed, and how, is called something on the page of signing: also a kind of paper that comes later."""

import pytest

from contracts.values import DocumentKind, SigningCapacity
from services.portal.shell.words import say


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_paper_and_capacity_has_its_words(language: str) -> None:
    assert all(say(language, f"signing.kind.{kind.value}") for kind in DocumentKind)
    assert all(say(language, f"signing.as.{capacity.value}") for capacity in SigningCapacity)
