"""The organisation's one root: a claim that the store takes once, in the transaction that establishes the unit."""

from typing import Final
from uuid import UUID, uuid5

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.service.platform import Platform
from chassis.store.store import Append
from contracts.registry import UnitEstablished
from services.registry.domain.unit import NAMESPACE_UNITS

CLAIM: Final = uuid5(NAMESPACE_UNITS, "the root")
"""Id of the command that makes a unit the root, whoever gives it: whoever comes second finds it taken."""

_STREAM: Final = "root-"
_CLAIMED: Final = "select stream from store.commands where id = $1"
_ESTABLISHED: Final = """
    select data ->> 'unit_id' from store.events where type = $1 and data ->> 'parent_id' is null
    order by data ->> 'code' limit 1
"""


def claim(unit: UUID, context: Context) -> Append:
    """What is appended beside the unit's own fact: its unit is the root from now on."""
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    return Append(f"{_STREAM}{unit}", 0, [], CLAIM, unit.bytes, metadata)


async def established(platform: Platform) -> UUID | None:
    """The root that the store knows, also one from before there were claims; no read model is asked."""
    claimed = await platform.pool.fetchval(_CLAIMED, CLAIM)
    if claimed is not None:
        return UUID(claimed.removeprefix(_STREAM))
    found = await platform.pool.fetchval(_ESTABLISHED, UnitEstablished.type_name())
    return None if found is None else UUID(found)
