"""Every code that Zalo documents has one class, and only what may pass is tried again."""

import pytest

from deploy.local.zalo_simulator.errors import MESSAGES
from services.notify.domain.zalo_errors import _CODES, CLASSES, UNKNOWN_ATTEMPTS, is_permanent


def test_no_code_stands_in_two_classes() -> None:
    assert sum(map(len, _CODES.values())) == len(CLASSES)


def test_every_code_that_zalo_answers_is_classified() -> None:
    assert set(MESSAGES) - {0} <= set(CLASSES)


@pytest.mark.parametrize("code", [-124, -216, -220, -32, -100])
def test_what_may_pass_is_tried_again(code: int) -> None:
    assert not is_permanent(code, 4)


@pytest.mark.parametrize("code", [-108, -118, -139, -144, -133, -1121, -131, -135])
def test_what_will_not_pass_soon_leads_to_the_next_channel(code: int) -> None:
    assert is_permanent(code, 1)


def test_an_unknown_code_is_tried_twice() -> None:
    assert not is_permanent(-999_999, 1)
    assert is_permanent(-999_999, UNKNOWN_ATTEMPTS)
