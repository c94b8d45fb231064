"""The roles of one person: which are held from which day to which, and when granting or revoking changes that.

Nobody changes roles of one's own. Some roles, and every grant that is dated back, take a second person (decision 43).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from chassis.facts.decider import Context, Rejected
from contracts.registry import Role, RoleCancelled, RoleGranted, RoleRevoked
from services.registry.domain.role_refusals import LAST_ADMINISTRATOR, OWN_ROLE, REVOKED_BACK, TOO_LATE
from services.registry.reference.role_rules import RoleRule

RoleEvent = RoleGranted | RoleRevoked | RoleCancelled
Span = tuple[date, date]
"""First and last day on which something is held."""

ADMINISTRATOR: Role = Role.EMULATION_DEPARTMENT
"""Who holds this at the root gives roles."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What was granted and what was revoked, in order; what was cancelled is granted no longer."""

    granted: tuple[RoleGranted, ...] = ()
    revoked: tuple[RoleRevoked, ...] = ()
    cancelled: frozenset[tuple[Role, UUID]] = frozenset()

    def without(self, ended: RoleCancelled) -> "Roles":
        """Without the grants of that day."""
        key = (ended.role, ended.unit_id, ended.since)
        left = tuple(each for each in self.granted if (each.role, each.unit_id, each.since) != key)
        return replace(self, granted=left, cancelled=self.cancelled | {(ended.role, ended.unit_id)})

    def holds(self, roles: Collection[Role], unit: UUID, day: date) -> bool:
        """Tell whether one of the roles is held in exactly this unit on that day."""
        return any(first <= day <= last for role in roles for first, last in self.spans(role, unit))

    def spans(self, role: Role, unit: UUID) -> list[Span]:
        """First and last day of each grant of a role in a unit; a revocation ends what began before its day."""
        ends = [revoked.on for revoked in self.revoked if (revoked.role, revoked.unit_id) == (role, unit)]
        return [
            (
                grant.since,
                min([grant.until or date.max, *(end - timedelta(days=1) for end in ends if end > grant.since)]),
            )
            for grant in self.granted
            if (grant.role, grant.unit_id) == (role, unit)
        ]


def not_ones_own(person: UUID, context: Context) -> None:
    """Raises `own-role` where somebody would change a role of one's own."""
    if context.actor == person:
        raise OWN_ROLE()


def second_person(role: Role, since: date, rule: RoleRule, today: date) -> bool:
    """Tell whether a grant takes a second person: for the role, or because it is dated back."""
    return role in rule.second_person or since < today


def not_too_late(since: date, rule: RoleRule, today: date) -> None:
    """Raises `role-starts-too-late` for a role that sleeps longer than the rule lets it."""
    latest = today + timedelta(days=rule.days_ahead)
    if since > latest:
        raise TOO_LATE(latest=f"{latest:%d/%m/%Y}", latest_en=f"{latest}")


def somebody_is_left(before: Iterable[Span], after: Iterable[Span], today: date) -> None:
    """Raises `last-administrator` where a day from today on would have nobody any more who has somebody now."""
    before, after = list(before), list(after)
    edges = {today, *(first for first, _ in before), *(_next(last) for _, last in after)}
    for day in sorted(edge for edge in edges if edge >= today):
        if _held(before, day) and not _held(after, day):
            raise LAST_ADMINISTRATOR(day=f"{day:%d/%m/%Y}", day_en=f"{day}")


def nobody_from(spans: Sequence[Span], today: date) -> date | None:
    """The first day from today on without anybody; None when somebody is always there."""
    edges = sorted({today, *(_next(last) for _, last in spans if last >= today and last < date.max)})
    return next((day for day in edges if not _held(spans, day)), None)


def _next(last: date) -> date:
    return last if last == date.max else last + timedelta(days=1)


def _held(spans: Iterable[Span], day: date) -> bool:
    return any(first <= day <= last for first, last in spans)


def grant(wanted: RoleGranted, roles: Roles) -> Sequence[RoleEvent]:
    """The grant, or nothing when all its days are held already."""
    until = wanted.until or date.max
    if until < wanted.since:
        raise Rejected(
            "period-ends-before-it-starts",
            "Ngày kết thúc vai trò trước ngày bắt đầu; hãy sửa lại thời hạn.",
            "The role would end before it starts; correct its period.",
        )
    if any(first <= wanted.since and until <= last for first, last in roles.spans(wanted.role, wanted.unit_id)):
        return []
    cut = [
        revoked.on
        for revoked in roles.revoked
        if (revoked.role, revoked.unit_id) == (wanted.role, wanted.unit_id) and wanted.since < revoked.on <= until
    ]
    if cut:  # read models end every grant begun before a revocation, so this one would be cut short unseen
        raise Rejected(
            "role-revoked-meanwhile",
            f"Vai trò này đã bị thu hồi từ ngày {max(cut):%d/%m/%Y}; hãy chọn ngày bắt đầu từ ngày đó trở đi.",
            f"This role was revoked as of {max(cut)}; let it start on that day or later.",
        )
    return [wanted]


def not_revoked_back(on: date, today: date) -> None:
    """Raises `revocation-backdated`: what was rightly done before today stays so."""
    if on < today:
        raise REVOKED_BACK(today=f"{today:%d/%m/%Y}", today_en=f"{today}")


def revoke(wanted: RoleRevoked, roles: Roles, today: date) -> Sequence[RoleEvent]:
    """The role ends as of a day: what began before is revoked, what would begin on it or later is cancelled.

    Nothing when the role has ended by then. What was rightly done before today stays so.
    """
    not_revoked_back(wanted.on, today)
    spans = roles.spans(wanted.role, wanted.unit_id)
    if not spans and (wanted.role, wanted.unit_id) not in roles.cancelled:
        raise Rejected(
            "role-not-held",
            "Người này chưa từng có vai trò đó tại đơn vị; hãy kiểm tra lại vai trò và đơn vị.",
            "This person has never held that role in the unit; check role and unit.",
        )
    about = wanted.model_dump(exclude={"on"})
    later = sorted({first for first, last in spans if wanted.on <= first <= last})
    cut = [wanted] if any(first < wanted.on <= last for first, last in spans) else []
    return [*cut, *(RoleCancelled(**about, since=first) for first in later)]
