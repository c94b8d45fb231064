"""Who may do what: by service and route, the roles of which a person needs one in the unit concerned or above it."""

from collections.abc import Mapping
from typing import Final

from contracts.registry import Role

EVERY_ROLE: Final = frozenset(Role)
READS_NOMINATIONS: Final = frozenset(
    {
        Role.OFFICER,
        Role.UNIT_HEAD,
        Role.COUNCIL_MEMBER,
        Role.COUNCIL_CHAIR,
        Role.COUNCIL_SECRETARY,
        Role.EMULATION_DEPARTMENT,
        Role.DIRECTOR_GENERAL,
        Role.AUDITOR,
    }
)

PERMISSIONS: Final[Mapping[str, Mapping[str, frozenset[Role]]]] = {
    "registry": {
        "establish_unit": frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL}),
        "correct_unit_name": frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL}),
        "import_units_file": frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL}),
        "list_units": EVERY_ROLE,
        "read_unit": EVERY_ROLE,
        "enrol_person": frozenset({Role.EMULATION_DEPARTMENT}),
        "assign_person": frozenset({Role.EMULATION_DEPARTMENT}),
        "grant_role": frozenset({Role.EMULATION_DEPARTMENT}),
        "revoke_role": frozenset({Role.EMULATION_DEPARTMENT}),
        "put_person": frozenset({Role.EMULATION_DEPARTMENT}),
        "erase_person": frozenset({Role.EMULATION_DEPARTMENT}),
        "list_person_changes": frozenset({Role.EMULATION_DEPARTMENT, Role.AUDITOR}),
        "read_person": frozenset({Role.EMULATION_DEPARTMENT, Role.AUDITOR}),
        "list_registrations": EVERY_ROLE,
        "read_registration": EVERY_ROLE,
        "register_target": frozenset({Role.OFFICER, Role.UNIT_HEAD}),
        "submit_registration": frozenset({Role.UNIT_HEAD}),
        "confirm_registration": frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL}),
    },
    "campaigns": {
        "launch_campaign": frozenset({Role.DIRECTOR_GENERAL}),
        "list_campaigns": EVERY_ROLE,
        "read_campaign": EVERY_ROLE,
        "list_scorecards": EVERY_ROLE,
        "read_scorecard": EVERY_ROLE,
        "report_result": frozenset({Role.OFFICER, Role.UNIT_HEAD}),
        "verify_result": frozenset({Role.PROFESSIONAL_DEPARTMENT, Role.EMULATION_DEPARTMENT}),
    },
    "awards": {
        "draft_nomination": frozenset({Role.OFFICER, Role.UNIT_HEAD}),
        "add_document": frozenset({Role.OFFICER, Role.UNIT_HEAD}),
        "submit_nomination": frozenset({Role.UNIT_HEAD}),
        "list_nominations": READS_NOMINATIONS,
        "read_nomination": READS_NOMINATIONS,
        "issue_decision": frozenset({Role.DIRECTOR_GENERAL, Role.UNIT_HEAD}),
        "read_decision": EVERY_ROLE,
        "list_awards": EVERY_ROLE,
    },
    "notify": {
        "list_notifications": frozenset({Role.AUDITOR, Role.OPERATOR, Role.EMULATION_DEPARTMENT}),
        "show_notification": frozenset({Role.AUDITOR, Role.OPERATOR, Role.EMULATION_DEPARTMENT}),
        "show_statistics": frozenset({Role.AUDITOR, Role.OPERATOR, Role.EMULATION_DEPARTMENT}),
    },
    "portal": {
        "read_progress": EVERY_ROLE,
        "read_summary": EVERY_ROLE,
    },
}
