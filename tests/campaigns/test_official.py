"""Rules of base figures and assigned plans."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import BaseFigurePublished, PlanAdjusted, PlanAssigned
from contracts.values import Document
from services.campaigns.domain.base_figure import BASE_FIGURES, PublishBaseFigures, table_id
from services.campaigns.domain.plan import PLANS, AssignPlans, plan_id
from services.campaigns.domain.recomputing import known_by_an_official_figure

ONE, TWO = UUID(int=1), UUID(int=2)
UNITS = frozenset({ONE, TWO})
PAPER = {"number": "12/TB-BHXH", "issued_on": "2025-01-10"}
WHAT = {"indicator": "cover", "year": 2024}


def table(figures: dict[UUID, object], **more: Any) -> dict[str, Any]:
    rows = [{"unit_id": unit, "figure": figure} for unit, figure in figures.items()]
    return {**WHAT, "document": PAPER, "figures": rows, **more}


def publish(figures: dict[UUID, object], *, provisional: bool = False) -> PublishBaseFigures:
    return PublishBaseFigures.model_validate(table(figures, provisional=provisional))


def published(unit: UUID, figure: int, **more: Any) -> BaseFigurePublished:
    return BaseFigurePublished.model_validate(
        {**WHAT, "table_id": table_id("cover", 2024), "unit_id": unit, "figure": str(figure), "document": PAPER, **more}
    )


def assign(figures: dict[UUID, object], since: str = "2024-01-01") -> AssignPlans:
    return AssignPlans.model_validate(table(figures, since=since))


PLANNED: dict[str, Any] = {"plan_id": plan_id("cover", 2024), "unit_id": ONE, **WHAT}
PAPERS = Document.model_validate(PAPER)
ASSIGNED = PlanAssigned(**PLANNED, figure=Decimal(100), document=PAPERS, since=date(2024, 1, 1))
ADJUSTED = PlanAdjusted(**PLANNED, figure=Decimal(110), document=PAPERS, since=date(2024, 7, 1), previous=Decimal(100))


def test_a_table_is_published_once_and_a_revision_says_what_was_before() -> None:
    rules = given(BASE_FIGURES).knowing(UNITS)
    rules.when(publish({ONE: 100, TWO: 200})).then(published(ONE, 100), published(TWO, 200))
    history = given(BASE_FIGURES, published(ONE, 100), published(TWO, 200)).knowing(UNITS)
    history.when(publish({ONE: 100, TWO: 200})).nothing()
    history.when(publish({ONE: 100, TWO: 210})).then(published(TWO, 210, revision=2, previous="200"))


def test_a_final_figure_follows_a_provisional_one_and_not_the_other_way_round() -> None:
    provisional = given(BASE_FIGURES, published(ONE, 100, provisional=True)).knowing(UNITS)
    provisional.when(publish({ONE: 100})).then(published(ONE, 100, revision=2, previous="100"))
    final = given(BASE_FIGURES, published(ONE, 100)).knowing(UNITS)
    final.when(publish({ONE: 90}, provisional=True)).rejected("base-figure-final")


@pytest.mark.parametrize("figure", [0, "-1", 10**15, "0.0000001"])
def test_nothing_is_divided_by_what_is_not_above_nought(figure: object) -> None:
    given(BASE_FIGURES).knowing(UNITS).when(publish({ONE: figure})).rejected("figure-not-above-zero")
    given(PLANS).knowing(UNITS).when(assign({ONE: figure})).rejected("figure-not-above-zero")


def test_a_table_is_taken_whole_or_not_at_all() -> None:
    given(BASE_FIGURES).knowing(UNITS).when(publish({ONE: 1, UUID(int=9): 1})).rejected("figure-of-unknown-unit")
    twice = publish({ONE: 1}).model_copy(update={"figures": publish({ONE: 1}).figures * 2})
    given(BASE_FIGURES).knowing(UNITS).when(twice).rejected("figure-stated-twice")


@pytest.mark.requirement("A5")
def test_a_plan_is_assigned_then_adjusted_and_each_keeps_its_day() -> None:
    given(PLANS).knowing(UNITS).when(assign({ONE: 100})).then(ASSIGNED)
    history = given(PLANS, ASSIGNED).knowing(UNITS)
    history.when(assign({ONE: 100})).nothing()
    history.when(assign({ONE: 110}, "2024-07-01")).then(ADJUSTED)
    given(PLANS, ASSIGNED, ADJUSTED).knowing(UNITS).when(assign({ONE: 120}, "2024-06-30")).rejected(
        "plan-before-the-last"
    )


def test_a_plan_in_force_only_after_the_years_end_measures_nothing_of_the_year() -> None:
    known = known_by_an_official_figure(ADJUSTED)
    assert known is not None
    assert known.plans == {("cover", 2024): Decimal(110)}
    assert known_by_an_official_figure(ADJUSTED.model_copy(update={"since": date(2025, 1, 1)})) is None
