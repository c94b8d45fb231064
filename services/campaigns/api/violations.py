"""The door for violations of the law on emulation: reported by the press, seen by those alone who look into them.

The unit in which something was found does not see that it was reported. Source: S001-23.
"""

from typing import Final

from chassis.facts.offers import offers
from chassis.web.api import Action, Resource, asked_router, command
from contracts.registry import Role
from services.campaigns.api.noted import adds, shows
from services.campaigns.domain.violation import (
    VIOLATION,
    AnswerViolation,
    HandOverViolation,
    ReportViolation,
    ViolationCommand,
)
from services.campaigns.views import violations

router = asked_router(tags=["campaigns"])
REPORT: Final = frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})
HAND_OVER: Final = frozenset({Role.EMULATION_DEPARTMENT})
ANSWER: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.INSPECTOR})
SEES: Final = REPORT | ANSWER | {Role.DIRECTOR_GENERAL, Role.AUDITOR}

VIOLATIONS: Final = Resource(
    "/violations",
    VIOLATION,
    unit=lambda it: it.reported.unit_id if it.reported else None,
    seen_by=SEES,
    offers=offers(ViolationCommand),
)


class ViolationDetail(violations.ViolationRow):
    """A report with the steps that it may take."""

    actions: list[Action]


shows(
    router, VIOLATIONS, violations.REPORTED, violations.VIOLATIONS, ViolationDetail,
    lists=(
        "list_violations",
        "Violations reported of a unit; without one, of all, for which a role at the top is needed.",
    ),
    one=("read_violation", "A report with its steps; its ETag goes into If-Match."),
    by={"state": violations.ViolationState | None},
)  # fmt: skip
adds(
    router,
    VIOLATIONS,
    ReportViolation,
    REPORT,
    ("report_violation", "Say what in a unit violates the law on emulation."),
)
command(router, VIOLATIONS, "handed-over", HandOverViolation, may=HAND_OVER, name="hand_over_violation")
command(router, VIOLATIONS, "answer", AnswerViolation, may=ANSWER, name="answer_violation")
