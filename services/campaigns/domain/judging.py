"""Whether a target is attained by a verified result: first, again, no longer. Source: S001-2, B16, decision 52."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    JudgedAgain,
    TargetAttained,
    TargetMissed,
)
from contracts.values import Target
from services.campaigns.domain.measuring import beyond, cut, missing
from services.campaigns.domain.scorecard_state import Result, Verdict

Judgement = TargetAttained | TargetMissed | AttainmentLost | AttainmentRegained


def judged(  # noqa: PLR0917 - what it is about, and what it is held against
    facts: dict[str, Any], target: Target, result: Result, before: Verdict | None, why: JudgedAgain, on: date
) -> Sequence[Judgement]:
    """What a verified result says of its target, held against what was said before.

    Targets are due on the last day of their year ("đến hết năm"). Early is what was *reported* before that day: an
    office that verifies late makes nobody late. What covers a part of the year only is no miss yet. Where nothing has
    changed nothing is said.
    """
    last = date(target.year, 12, 31)
    said: dict[str, Any] = {**facts, "target": target.value, "value": cut(result.exact)}
    shortfall = missing(target.direction, result.exact, target.value)
    now = (shortfall is None, said["value"], target.value)
    if before is not None and (before.attained, before.value, before.target) == now:
        return []
    if shortfall is None:
        said["margin"] = beyond(target.direction, result.exact, target.value)
        early = (result.reported_on or on) < last
        if before is not None and before.lost:
            return [AttainmentRegained(**said, early=early, because=why)]
        return [TargetAttained(**said, early=before.early if before is not None and before.attained else early)]
    said["shortfall"] = shortfall
    if before is not None and before.attained:
        return [AttainmentLost(**said, because=why)]
    return [TargetMissed(**said)] if result.until(target.year) == last else []
