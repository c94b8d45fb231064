"""What units are told of a campaign, from its announcement to its conclusion."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from contracts.campaigns import (
    CampaignAmended,
    CampaignAnnounced,
    CampaignCancelled,
    CampaignConcluded,
    CampaignExtended,
    CampaignLaunched,
    CampaignSays,
)
from contracts.values import Document
from services.notify.domain.rule import HEAD_AND_OFFICERS, Category, InKinds, Rule, always
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names, day

_C = TypeVar(
    "_C", CampaignAnnounced, CampaignLaunched, CampaignAmended, CampaignExtended, CampaignConcluded, CampaignCancelled
)


def _of_a_campaign(
    event: type[_C],
    name: str,
    template: str,
    title: Sentence,
    *,
    words: Callable[[_C, Names], Mapping[str, str]],
    last_day: Callable[[_C], date | None] = always,
) -> Rule[_C]:
    """What every unit that is asked to take part is told of a campaign."""
    return Rule(
        event,
        name,
        Category.DUTY,
        template=template,
        title=title,
        whom=sentence(
            "Thủ trưởng và cán bộ thi đua - khen thưởng của mọi đơn vị được mời",
            "Heads and officers of every unit that is invited",
        ),
        audience=lambda told: (InKinds(HEAD_AND_OFFICERS, told.units),),
        words=words,
        last_day=last_day,
    )


def _by(document: Document) -> dict[str, str]:
    return {"document_number": document.number, "document_date": day(document.issued_on)}


def _registering(told: CampaignSays | CampaignExtended) -> dict[str, str]:
    return {"register_before": day(told.register_before)}


def _what_it_asks(said: CampaignSays) -> dict[str, str]:
    period = f"{day(said.period.start)} - {day(said.period.end)}"
    return {"campaign": said.theme, **_by(said.document), "period": period, **_registering(said)}


CAMPAIGN_RULES: Final[tuple[Rule[Any], ...]] = (
    _of_a_campaign(
        CampaignAnnounced,
        "tell_units_of_an_announced_campaign",
        "campaign_announced",
        sentence("Công bố phong trào thi đua", "A campaign is announced"),
        words=lambda announced, _: _what_it_asks(announced),
        last_day=lambda announced: announced.period.end,
    ),
    _of_a_campaign(
        CampaignLaunched,
        "tell_units_of_a_launched_campaign",
        "campaign_launched",
        sentence("Phát động phong trào thi đua", "A campaign is launched"),
        words=lambda launched, _: _what_it_asks(launched),
        last_day=lambda launched: launched.period.end,  # after it nobody can register or act any more
    ),
    _of_a_campaign(
        CampaignAmended,
        "tell_units_of_an_amended_campaign",
        "campaign_amended",
        sentence("Sửa đổi phong trào thi đua", "A campaign is amended"),
        words=lambda amended, _: {"campaign": amended.theme, **_by(amended.amendment), **_registering(amended)},
        last_day=lambda amended: amended.period.end,
    ),
    _of_a_campaign(
        CampaignExtended,
        "tell_units_of_an_extended_campaign",
        "campaign_extended",
        sentence("Gia hạn phong trào thi đua", "A campaign is extended"),
        words=lambda extended, names: {
            "campaign": names.campaign,
            **_by(extended.document),
            "until": day(extended.until),
            **_registering(extended),
        },
        last_day=lambda extended: extended.until,
    ),
    _of_a_campaign(
        CampaignConcluded,
        "tell_units_of_a_concluded_campaign",
        "campaign_concluded",
        sentence("Tổng kết phong trào thi đua", "A campaign is concluded"),
        words=lambda concluded, names: {
            "campaign": names.campaign,
            **_by(concluded.document),
            "happened_on": day(concluded.happened_on),
        },
    ),
    _of_a_campaign(
        CampaignCancelled,
        "tell_units_of_a_cancelled_campaign",
        "campaign_cancelled",
        sentence("Hủy phong trào thi đua", "A campaign is cancelled"),
        words=lambda cancelled, names: {
            "campaign": names.campaign,
            **_by(cancelled.document),
            "reason": cancelled.reason,
        },
    ),
)
