"""The door for exemplars: identified by units, acclaimed, nurtured, made known, replicated; refused or withdrawn.

Source: S001-13
"""

from typing import Final
from uuid import UUID

from chassis.facts.offers import offers
from chassis.web.api import EVERY_ROLE, Action, Resource, asked_router, command
from contracts.registry import Role
from services.campaigns.api.noted import adds, shows
from services.campaigns.domain.exemplar import (
    EXEMPLAR,
    AcclaimExemplar,
    ExemplarCommand,
    IdentifyExemplar,
    NurtureExemplar,
    PublicizeExemplar,
    RefuseExemplar,
    ReplicateExemplar,
    WithdrawExemplar,
)
from services.campaigns.views import exemplars

router = asked_router(tags=["campaigns"])
OWN: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
JUDGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
TELL: Final = frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})

EXEMPLARS: Final = Resource(
    "/exemplars",
    EXEMPLAR,
    unit=lambda it: it.identified.unit_id if it.identified else None,
    seen_by=EVERY_ROLE,
    offers=offers(ExemplarCommand),
)


class ExemplarDetail(exemplars.ExemplarRow):
    """An exemplar with what was done and the steps that it may take."""

    steps: list[exemplars.ExemplarStepRow]
    actions: list[Action]


shows(
    router, EXEMPLARS, exemplars.CATALOGUE, exemplars.EXEMPLARS, ExemplarDetail,
    lists=(
        "list_exemplars",
        "Exemplars of a unit; without one, those of all units, for which a role at the top is needed.",
    ),
    one=("read_exemplar", "An exemplar with what was done and its steps; its ETag goes into If-Match."),
    by={"person_id": UUID | None, "state": exemplars.ExemplarState | None},
    beside={"steps": exemplars.steps},
)  # fmt: skip
adds(router, EXEMPLARS, IdentifyExemplar, OWN, ("identify_exemplar", "Name a model of the unit, or a person of it."))
command(router, EXEMPLARS, "acclaim", AcclaimExemplar, may=OWN, name="acclaim_exemplar")
command(router, EXEMPLARS, "nurture", NurtureExemplar, may=OWN | JUDGE, name="nurture_exemplar")
command(router, EXEMPLARS, "publicise", PublicizeExemplar, may=TELL, name="publicise_exemplar")
command(router, EXEMPLARS, "replicate", ReplicateExemplar, may=OWN | JUDGE, name="replicate_exemplar")
command(router, EXEMPLARS, "refuse", RefuseExemplar, may=JUDGE, name="refuse_exemplar")
command(router, EXEMPLARS, "withdraw", WithdrawExemplar, may=JUDGE, name="withdraw_exemplar")
