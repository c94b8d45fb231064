"""Composition root of campaigns."""

from collections.abc import Callable, Coroutine
from typing import Any

from chassis.service.platform import Platform
from chassis.service.service import Service
from services.campaigns.consumers import LEARNS, reactions
from services.campaigns.reminding import Reminding
from services.campaigns.views import (
    annexes,
    campaigns,
    confirmations,
    deadlines,
    documents,
    exemplars,
    inspections,
    obstacles,
    official,
    publicity,
    ratings,
    receipts,
    reports,
    reviews,
    scorecards,
    violations,
)


def tasks(platform: Platform) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    """The worker's further loops: deadlines are looked at."""
    return [Reminding(platform).run]


SERVICE = Service(
    name="campaigns",
    apis=[
        "services.campaigns.api.campaigns",
        "services.campaigns.api.packs",
        "services.campaigns.api.deadlines",
        "services.campaigns.api.documents",
        "services.campaigns.api.document_steps",
        "services.campaigns.api.receipts",
        "services.campaigns.api.reviews",
        "services.campaigns.api.annexes",
        "services.campaigns.api.annex_files",
        "services.campaigns.api.reports",
        "services.campaigns.api.report_steps",
        "services.campaigns.api.report_word",
        "services.campaigns.api.exemplars",
        "services.campaigns.api.inspections",
        "services.campaigns.api.obstacles",
        "services.campaigns.api.publicity",
        "services.campaigns.api.violations",
        "services.campaigns.api.scorecards",
        "services.campaigns.api.evidence",
        "services.campaigns.api.filings",
        "services.campaigns.api.official",
        "services.campaigns.api.rollups",
        "services.campaigns.api.working_days",
        "services.campaigns.api.campaign_reviews",
        "services.campaigns.api.confirmations",
        "services.campaigns.api.ratings",
        "services.campaigns.api.result_files",
    ],
    projections=[
        campaigns.CAMPAIGNS,
        deadlines.DEADLINES,
        scorecards.SCORECARDS,
        official.BASE_FIGURES,
        official.PLANS,
        documents.DOCUMENTS,
        receipts.RECEIPTS,
        reviews.REVIEWS,
        annexes.FIGURES,
        reports.REPORTS,
        exemplars.EXEMPLARS,
        inspections.INSPECTIONS,
        obstacles.OBSTACLES,
        publicity.PUBLICITY,
        violations.VIOLATIONS,
        confirmations.CONFIRMATIONS,
        ratings.RATINGS,
    ],
    learns=LEARNS,
    reactions=reactions,
    tasks=tasks,
    jobs=["services.campaigns.result_jobs"],
    grants={"api": {"public.report_words": "select, insert, delete"}},
)
