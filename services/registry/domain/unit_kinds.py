"""Which kind of unit may stand below which, and how units are called and coded. Source: B1, S000-13, S000-17, A3."""

from typing import Annotated, Final

from pydantic import Field

from chassis.facts.kinds import Line
from contracts.values import UnitKind

MAY_STAND_BELOW: Final[dict[UnitKind, tuple[UnitKind, ...]]] = {
    UnitKind.NATIONAL: (),
    UnitKind.AGENCY_BLOC: (UnitKind.NATIONAL,),
    UnitKind.CENTRAL_DEPARTMENT: (UnitKind.NATIONAL,),
    UnitKind.PUBLIC_SERVICE_UNIT: (UnitKind.NATIONAL,),
    UnitKind.REGIONAL: (UnitKind.NATIONAL,),
    UnitKind.PROVINCIAL: (UnitKind.NATIONAL, UnitKind.REGIONAL),
    UnitKind.PROVINCIAL_OFFICE_BLOC: (UnitKind.PROVINCIAL,),
    UnitKind.DISTRICT: (UnitKind.PROVINCIAL, UnitKind.REGIONAL),
    UnitKind.BASE_OFFICE: (UnitKind.PROVINCIAL, UnitKind.REGIONAL),
    UnitKind.TEAM: (
        UnitKind.CENTRAL_DEPARTMENT,
        UnitKind.PUBLIC_SERVICE_UNIT,
        UnitKind.REGIONAL,
        UnitKind.PROVINCIAL,
        UnitKind.PROVINCIAL_OFFICE_BLOC,
        UnitKind.DISTRICT,
        UnitKind.BASE_OFFICE,
    ),
    UnitKind.OUTSIDE_BODY: (UnitKind.NATIONAL, UnitKind.REGIONAL, UnitKind.PROVINCIAL, UnitKind.DISTRICT),
}
"""Kinds of units that may stand directly above a unit of each kind; above an outside body, who keeps its address."""

CODE: Final = r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$"
LONGEST_CODE: Final = 30
Code = Annotated[str, Field(max_length=LONGEST_CODE, pattern=CODE)]
"""Code of a unit, such as P01-D001."""

LONGEST_NAME: Final = 255
Name = Annotated[str, Line(LONGEST_NAME, name=True)]
