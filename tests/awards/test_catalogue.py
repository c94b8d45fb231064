"""The committed catalogue: which rule holds on which day, and what a catalogue must not be."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.registry import Role
from services.awards.domain.catalogue import Catalogue
from services.awards.reference import CATALOGUE

DECREES = [
    ("91/2017/NĐ-CP", date(2017, 10, 1), date(2023, 12, 31)),
    ("98/2023/NĐ-CP", date(2024, 1, 1), date(2025, 6, 30)),
    ("152/2025/NĐ-CP", date(2025, 7, 1), date(2026, 11, 1)),
]


@pytest.mark.parametrize("award", ["merit_certificate_dg", "merit_letter"])
@pytest.mark.parametrize(("decree", "first", "last"), DECREES)
def test_the_day_of_receipt_chooses_the_decree(award: str, decree: str, first: date, last: date) -> None:
    for day in (first, last):
        rule = CATALOGUE.rule(award, day)
        assert rule is not None
        assert (rule.decree.number, rule.template) == (decree, "Mẫu 07")


def test_no_rule_reaches_back_before_the_first_decree() -> None:
    assert CATALOGUE.rule("merit_certificate_dg", date(2017, 9, 30)) is None


def test_an_award_that_nobody_gives_has_no_rule() -> None:
    assert CATALOGUE.rule("golden_cup", date(2024, 12, 20)) is None


def test_a_dossier_has_the_three_parts_of_letter_2638_and_lacks_what_is_not_there() -> None:
    rule = CATALOGUE.rule("merit_certificate_dg", date(2024, 12, 20))
    assert rule is not None
    assert [part.kind for part in rule.missing(())] == ["submission_letter", "minutes", "achievement_report"]
    assert [part.kind for part in rule.missing({"minutes", "achievement_report"})] == ["submission_letter"]
    assert rule.missing({part.kind for part in rule.parts}) == ()


def test_the_director_general_decides_on_certificates_and_heads_of_units_on_letters() -> None:
    deciders = {rule.award: rule.decided_by for rule in CATALOGUE.rules}
    assert deciders == {"merit_certificate_dg": Role.DIRECTOR_GENERAL, "merit_letter": Role.UNIT_HEAD}


def test_every_rule_names_its_source() -> None:
    assert all("S003" in rule.source for rule in CATALOGUE.rules)


def changed(**changes: Any) -> dict[str, Any]:
    first, second, *_ = (rule.model_dump() for rule in CATALOGUE.rules)
    return {"rules": [first, second | changes]}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"received_from": CATALOGUE.rules[0].received_to}, "overlap"),
        ({"id": CATALOGUE.rules[0].id}, "overlap"),
        ({"received_to": CATALOGUE.rules[1].received_from - timedelta(days=1)}, "ends before it begins"),
        ({"parts": [CATALOGUE.parts[0].model_dump()] * 2}, "names a part twice"),
        ({"decided_by": "king"}, "decided_by"),
        ({"colour": "red"}, "colour"),
        ({"source": ""}, "source"),
    ],
)
def test_a_catalogue_that_does_not_hold_together_is_refused(changes: dict[str, Any], complaint: str) -> None:
    Catalogue.model_validate(changed())
    with pytest.raises(ValidationError, match=complaint):
        Catalogue.model_validate(changed(**changes))
