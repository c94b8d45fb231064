"""The words that templates put into messages: names, dates and figures, in Vietnamese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, assert_never

from chassis.facts.kinds import shown, shown_en
from contracts.awards import AwardGranted, NominationSubmitted
from contracts.campaigns import CampaignLaunched
from contracts.registry import TargetRegistered
from services.notify.domain.rules import Told

AWARDS: Final[Mapping[str, tuple[str, str]]] = {
    "advanced_collective": ("danh hiệu Tập thể lao động tiên tiến", "the title of Advanced Collective"),
    "excellent_collective": ("danh hiệu Tập thể lao động xuất sắc", "the title of Excellent Collective"),
    "sector_emulation_flag": ("Cờ thi đua của ngành", "the sector's Emulation Flag"),
    "government_emulation_flag": ("Cờ thi đua của Chính phủ", "the Government's Emulation Flag"),
    "merit_letter": ("Giấy khen", "a Letter of Merit"),
    "merit_certificate_dg": ("Bằng khen của Tổng Giám đốc", "a Certificate of Merit of the Director General"),
    "merit_certificate_pm": ("Bằng khen của Thủ tướng Chính phủ", "a Certificate of Merit of the Prime Minister"),
    "labour_order": ("Huân chương Lao động", "the Labour Order"),
}
"""What awards are called; one that is not listed is called by its code."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the unit, the campaign and its indicators (by code) are called; empty where the event names none."""

    unit: str = ""
    campaign: str = ""
    indicators: Mapping[str, str] = field(default_factory=dict)


def words(event: Told, names: Names) -> dict[str, str]:
    """Every word that a template of this event may use; an absent date is an empty word."""
    match event:
        case CampaignLaunched():
            return {
                "campaign": event.theme,
                "document_number": event.document.number,
                "document_date": day(event.document.issued_on),
                "period": f"{day(event.period.start)} - {day(event.period.end)}",
                "register_before": day(event.register_before),
            }
        case TargetRegistered():
            return {
                "unit": names.unit,
                "campaign": names.campaign,
                "indicator": names.indicators.get(event.indicator, event.indicator),
                "year": str(event.year),
                "target": f"{shown(event.value)} %",
                "target_en": f"{shown_en(event.value)} %",
            }
        case NominationSubmitted():
            return {"unit": names.unit, "campaign": names.campaign, **_award(event.award)}
        case AwardGranted():
            number = {"decision_number": event.decision_number}
            return {"unit": names.unit, "campaign": names.campaign, **number, **_award(event.award)}
        case _:
            assert_never(event)


def day(value: date | None) -> str:
    """A date as Vietnamese people write it, 10/11/2024."""
    return f"{value:%d/%m/%Y}" if value else ""


def _award(code: str) -> dict[str, str]:
    vi, en = AWARDS.get(code, (code, code))
    return {"award": vi, "award_en": en}
