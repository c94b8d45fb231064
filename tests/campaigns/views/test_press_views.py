"""Read models of publicity and of violations."""

from uuid import uuid4

from chassis.testing import project_all
from contracts.campaigns import (
    PublicityPublished,
    PublicityTakenDown,
    PublicityToComeDown,
    ViolationAnswered,
    ViolationHandedOver,
    ViolationReported,
)
from contracts.examples import example
from services.campaigns.views.publicity import PUBLICITY
from services.campaigns.views.violations import VIOLATIONS

KEY = uuid4()


def test_nothing_leads_to_what_has_come_down() -> None:
    facts = [example(kind, publicity_id=KEY) for kind in (PublicityPublished, PublicityToComeDown, PublicityTakenDown)]
    seen = [project_all(PUBLICITY, *facts[: count + 1])["publicity"][KEY,] for count in range(3)]
    assert [row["state"] for row in seen] == ["published", "to_come_down", "taken_down"]
    assert [row["link"] for row in seen] == ["https://example.org/bai-1", "https://example.org/bai-1", None]
    assert seen[1]["reason"] == "Không còn hiệu quả"


def test_a_report_comes_to_an_office_and_to_an_answer_and_nobody_stands_in_it() -> None:
    facts = [example(kind, violation_id=KEY) for kind in (ViolationReported, ViolationHandedOver, ViolationAnswered)]
    seen = [project_all(VIOLATIONS, *facts[: count + 1])["violations"][KEY,] for count in range(3)]
    assert [row["state"] for row in seen] == ["reported", "handed_over", "answered"]
    assert (seen[2]["office"], seen[2]["violated"]) == ("inspection", True)
    assert str(example(ViolationAnswered).reported_by) not in str(seen)
