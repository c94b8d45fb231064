"""Which pages are measured, and as whom: one list of addresses, filled in for an officer, a head and the department."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final
from urllib.parse import quote

import asyncpg

from bench.nation import TODAY
from bench.portal_stage import Stage
from contracts.registry import Role
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id

LISTS: Final = (
    "/", "/campaigns", "/campaigns/{campaign}", "/registrations", "/registrations/{registration}", "/results",
    "/results/{card}", "/nominations", "/nominations/{nomination}", "/decisions", "/decisions/{decision}", "/units",
    "/units/{unit}", "/notifications", "/documents", "/documents/{document}", "/incoming", "/incoming/{receipt}",
    "/deadlines", "/deadlines/{deadline}", "/obstacles", "/obstacles/{obstacle}", "/inspections",
    "/inspections/{inspection}", "/exemplars", "/exemplars/{exemplar}",
)  # fmt: skip
"""Pages of everybody; those of a thing that only the department knows of are the department's."""

DASHBOARDS: Final = (
    "/dashboard",
    f"/dashboard?indicator=health_insurance_coverage&year={TODAY.year - 1}&on={TODAY.year - 1}-10-31",
)
WORDS: Final = (
    "bao hiem xa hoi huyen", "Thi đua chuyển đổi số", "thi dua nuoc rut 2024", "Nguyen Van Minh An",
    "Bảo hiẻm xã hôi thành phố", "15/QĐ-BHXH", "Tran Thi", "dak lak",
)  # fmt: skip
"""Words without marks, as a bad scan has them, of people, units, campaigns and decisions."""

ALL: Final = (*LISTS, *DASHBOARDS, "/search?q={words}")
"""Every page that is measured: one that is not there stops the measurement."""

_GRANTED: Final = """
    select data ->> 'nomination_id' as nomination, data ->> 'decision_id' as decision,
        (data ->> 'campaign_id')::uuid as campaign, (data ->> 'unit_id')::uuid as unit
    from store.events
    where type = 'thidua.awards.AwardGranted.v1' order by position desc
"""

_DESKS: Final = {
    "document": "DocumentSent", "receipt": "DocumentReceived", "deadline": "DeadlineMet",
    "obstacle": "ObstacleResolved", "inspection": "FindingClosed", "exemplar": "ExemplarReplicated",
}  # fmt: skip
_LAST: Final = """
    select data ->> '{kind}_id' from store.events where type like 'thidua.campaigns.{type}.v%'
    order by position desc limit 1
"""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, and the things that this person opens."""

    name: str
    session: str
    things: Mapping[str, str]

    def pages(self, paths: Sequence[str], words: Sequence[str] = WORDS) -> Iterator[dict[str, Any]]:
        """What a browser is to ask for, each under the name of its page."""
        for path in paths:
            if {name for _, name, _, _ in Formatter().parse(path) if name} - {*self.things, "words"}:
                continue
            for each in words if "{words}" in path else ("",):
                filled = path.format(**self.things, words=quote(each))
                yield {"name": path, "path": filled, "as": f"Cookie: session={self.session}"}


async def visitors(here: Stage) -> list[Visitor]:
    """An officer of a district that was honoured, the head of its province, and the emulation department."""
    society = here.nation.society()
    owner = await asyncpg.connect(here.envs["awards"]["DATABASE_URL"])
    try:
        granted = await owner.fetch(_GRANTED)
    finally:
        await owner.close()
    found = next(each for each in granted if society.places[each["unit"]].parent != society.root.id)
    district, campaign = society.places[found["unit"]], found["campaign"]
    province = society.places[district.parent] if district.parent else society.root
    department = society.root.holders[Role.EMULATION_DEPARTMENT][0]
    people = {"officer": district.officer, "head": province.head, "department": department}
    things = {
        "campaign": str(campaign),
        "registration": str(registration_id(campaign, district.id)),
        "card": str(scorecard_id(campaign, district.id)),
        "nomination": found["nomination"],
        "decision": found["decision"],
        "unit": str(district.id),
    }
    more = things | await _of_desks(here)
    sessions = await here.signed_in(*people.values())
    return [
        Visitor(name, session, more if name == "department" else things)
        for name, session in zip(people, sessions, strict=True)
    ]


async def _of_desks(here: Stage) -> dict[str, str]:
    """The last thing of each kind that the department deals with."""
    owner = await asyncpg.connect(here.envs["campaigns"]["DATABASE_URL"])
    try:
        return {kind: await owner.fetchval(_LAST.format(kind=kind, type=type_)) for kind, type_ in _DESKS.items()}
    finally:
        await owner.close()
