"""Read models of exemplars, inspections, obstacles and deadlines."""

from datetime import date
from uuid import uuid4

from chassis.testing import project_all
from contracts.campaigns import (
    DeadlineMet,
    DeadlinePassed,
    DeadlineSet,
    ExemplarAcclaimed,
    ExemplarIdentified,
    ExemplarPublicised,
    ExemplarReplicated,
    ExemplarWithdrawn,
    FindingClosed,
    FindingRecorded,
    InspectionPlanned,
    LatenessExcused,
    ObstacleRaised,
    ObstacleResolved,
)
from contracts.examples import example
from services.campaigns.views.deadlines import DEADLINES
from services.campaigns.views.exemplars import EXEMPLARS
from services.campaigns.views.inspections import INSPECTIONS
from services.campaigns.views.obstacles import OBSTACLES

KEY = uuid4()


def test_an_exemplar_counts_where_it_is_replicated_and_ends_withdrawn() -> None:
    facts = [
        example(kind, exemplar_id=KEY)
        for kind in (ExemplarIdentified, ExemplarAcclaimed, ExemplarPublicised, ExemplarReplicated, ExemplarWithdrawn)
    ]
    tables = project_all(EXEMPLARS, *facts)
    row = tables["exemplars"][KEY,]
    assert (row["state"], row["replicated"], row["present"]) == ("withdrawn", 1, 20)
    assert [step["kind"] for step in tables["exemplar_steps"].values()] == ["publicised", "replicated"]


def test_findings_are_open_until_they_are_closed() -> None:
    planned, found, closed = (
        example(kind, inspection_id=KEY) for kind in (InspectionPlanned, FindingRecorded, FindingClosed)
    )
    assert project_all(INSPECTIONS, planned, found)["inspections"][KEY,]["open"] == 1
    row = project_all(INSPECTIONS, planned, found, closed)["inspections"][KEY,]
    assert (row["found"], row["open"]) == (1, 0)


def test_an_obstacle_is_open_until_it_is_answered() -> None:
    raised, resolved = (example(kind, obstacle_id=KEY) for kind in (ObstacleRaised, ObstacleResolved))
    assert project_all(OBSTACLES, raised)["obstacles"][KEY,]["resolved"] is False
    assert project_all(OBSTACLES, raised, resolved)["obstacles"][KEY,]["resolved"] is True


def test_who_was_late_and_excused_stays_late() -> None:
    facts = [example(kind, deadline_id=KEY) for kind in (DeadlineSet, DeadlinePassed, DeadlineMet, LatenessExcused)]
    row = project_all(DEADLINES, *facts)["deadlines"][KEY,]
    assert (row["state"], row["days_late"], row["met_on"]) == ("met", 2, date(2024, 11, 26))
    assert row["excuse"]
