"""Rules of publicity: noted once it is out, about an exemplar of the same unit; what must come down comes down once."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import (
    ExemplarIdentified,
    ExemplarPublicised,
    Medium,
    PublicityPublished,
    PublicityTakenDown,
    PublicityToComeDown,
)
from services.campaigns.domain.publicity import (
    PUBLICITY,
    Known,
    PublishPublicity,
    RequireTakingDown,
    TakeDownPublicity,
    note_what_makes_an_exemplar_known,
    publicity_id,
)

KEY, UNIT, OTHER, EXEMPLAR, CAMPAIGN = (UUID(int=number, version=4) for number in range(1, 6))
DAY = date(2025, 2, 1)
LINK = "https://example.org/1"
SAID: dict[str, Any] = {
    "unit_id": UNIT, "campaign_id": CAMPAIGN, "medium": Medium.BROADCAST, "title": "Thu hộ", "outlet": "Đài tỉnh",
    "published_on": DAY, "link": LINK,
}  # fmt: skip
ABOUT: dict[str, Any] = {"publicity_id": KEY, "unit_id": UNIT, "campaign_id": CAMPAIGN}
PUBLISHED = PublicityPublished(publicity_id=KEY, **SAID)
REQUIRED = PublicityToComeDown(**ABOUT, reason="Bị kỷ luật")
MODEL = ExemplarIdentified(exemplar_id=EXEMPLAR, unit_id=UNIT, title="Tổ tự quản", merit="…")


@pytest.mark.requirement("S001-23")
def test_a_publication_is_noted_with_medium_day_and_address_and_comes_down() -> None:
    given(PUBLICITY).knowing(Known(KEY)).when(PublishPublicity(**SAID), on=DAY).then(PUBLISHED)
    down = PublicityTakenDown(**ABOUT, on=DAY)
    given(PUBLICITY, PUBLISHED).when(TakeDownPublicity(on=DAY), on=DAY).then(down)
    given(PUBLICITY, PUBLISHED, down).when(TakeDownPublicity(on=DAY), on=DAY).nothing()
    later = DAY + timedelta(days=1)
    given(PUBLICITY, PUBLISHED, down).when(TakeDownPublicity(on=later), on=later).rejected("publicity-down-already")


@pytest.mark.requirement("S001-23")
def test_what_must_come_down_is_said_once_and_not_of_what_has() -> None:
    require = RequireTakingDown(reason="Bị kỷ luật")
    given(PUBLICITY, PUBLISHED).when(require).then(REQUIRED)
    given(PUBLICITY, PUBLISHED, REQUIRED).when(require).nothing()
    given(PUBLICITY, PUBLISHED, PublicityTakenDown(**ABOUT, on=DAY)).when(require).nothing()
    down = PublicityTakenDown(**ABOUT, on=DAY)
    given(PUBLICITY, PUBLISHED, REQUIRED).when(TakeDownPublicity(on=DAY), on=DAY).then(down)


def test_nothing_is_noted_before_it_is_there_or_taken_down_before_it_was_published() -> None:
    early = DAY - timedelta(days=1)
    given(PUBLICITY).knowing(Known(KEY)).when(PublishPublicity(**SAID), on=early).rejected("publicity-day-in-future")
    down = TakeDownPublicity(on=DAY + timedelta(days=1))
    given(PUBLICITY, PUBLISHED).when(down, on=DAY).rejected("publicity-day-in-future")
    given(PUBLICITY, PUBLISHED).when(TakeDownPublicity(on=early), on=DAY).rejected("publicity-down-before-published")
    given(PUBLICITY).when(TakeDownPublicity(on=DAY), on=DAY).rejected("publicity-not-published")


@pytest.mark.parametrize("known", [None, MODEL.model_copy(update={"unit_id": OTHER})])
def test_it_is_about_an_exemplar_of_the_same_unit(known: ExemplarIdentified | None) -> None:
    publish = PublishPublicity(**SAID, exemplar_id=EXEMPLAR)
    given(PUBLICITY).knowing(Known(KEY, MODEL)).when(publish, on=DAY).then(
        PUBLISHED.model_copy(update={"exemplar_id": EXEMPLAR})
    )
    given(PUBLICITY).knowing(Known(KEY, known)).when(publish, on=DAY).rejected("exemplar-not-identified")


@pytest.mark.parametrize("link", ["ftp://example.org", "javascript:alert(1)", "https://example.org/a b", "x" * 501])
def test_an_address_is_one_of_the_web(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        PublishPublicity(**SAID | {"link": link})


def test_what_makes_an_exemplar_known_is_one_publication_whichever_door_it_came_through() -> None:
    event = ExemplarPublicised(
        exemplar_id=EXEMPLAR, unit_id=UNIT, person_id=OTHER, outlet="Đài tỉnh", published_on=DAY, link=LINK
    )
    key, command, known = note_what_makes_an_exemplar_known(event, MODEL)
    assert key == publicity_id(EXEMPLAR, "Đài tỉnh", DAY, LINK) == known.publicity_id
    assert (command.title, command.medium, command.exemplar_id) == ("Tổ tự quản", Medium.ARTICLE, EXEMPLAR)
