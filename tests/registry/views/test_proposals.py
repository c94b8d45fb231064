"""The read model of proposals, and what versions that do not know them make of them: nothing."""

from datetime import date
from typing import Any

from chassis.facts.envelope import UnknownFact
from chassis.organisation.organisation import ORGANISATION
from chassis.testing import as_recorded, project_all
from contracts.examples import example
from contracts.registry import (
    AdministratorAppointedByOwner,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
)
from services.registry.domain.appointment import APPOINTMENT
from services.registry.domain.proposal import PROPOSAL
from services.registry.views.proposals import PROPOSALS

PROPOSED = example(RoleProposed)


def row(*events: Any) -> dict[str, Any]:
    [found] = project_all(PROPOSALS, *events)["proposals"].values()
    return found


def test_a_proposal_waits_until_somebody_ends_it() -> None:
    waiting = row(PROPOSED)
    assert (waiting["status"], waiting["proposed_on"], waiting["closed_by"]) == ("waiting", date(2024, 11, 20), None)
    confirmed, declined = example(RoleProposalConfirmed), example(RoleProposalDeclined)
    assert (row(PROPOSED, confirmed)["status"], row(PROPOSED, confirmed)["closed_by"]) == (
        "confirmed",
        confirmed.confirmed_by,
    )
    assert row(PROPOSED, declined)["closed_by"] == declined.declined_by
    assert row(PROPOSED, example(RoleProposalWithdrawn))["status"] == "withdrawn"


def test_what_is_proposed_again_waits_again() -> None:
    assert row(PROPOSED, example(RoleProposalDeclined), PROPOSED) == row(PROPOSED)


def test_a_version_that_knows_no_proposals_takes_nobodys_rights_for_one() -> None:
    """In the stream of a person an unknown type would: proposals and appointments stand in streams of their own."""
    for decider, event in ((PROPOSAL, PROPOSED), (APPOINTMENT, example(AdministratorAppointedByOwner))):
        unknown = UnknownFact(type=event.type_name())
        stream = decider.stream(PROPOSED.person_id)
        assert list(ORGANISATION.changes(as_recorded(unknown, stream=stream))) == []
        assert list(ORGANISATION.changes(as_recorded(unknown, stream=f"person-{PROPOSED.person_id}")))
