"""The roles of one person: which are held from which day to which, and when granting or revoking changes that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from chassis.facts.decider import Rejected
from contracts.registry import Role, RoleGranted, RoleRevoked

RoleEvent = RoleGranted | RoleRevoked


@dataclass(frozen=True, slots=True)
class Roles:
    """What was granted and what was revoked, in order."""

    granted: tuple[RoleGranted, ...] = ()
    revoked: tuple[RoleRevoked, ...] = ()

    def spans(self, role: Role, unit: UUID) -> list[tuple[date, date]]:
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


def revoke(wanted: RoleRevoked, roles: Roles) -> Sequence[RoleEvent]:
    """The revocation, or nothing when the role has ended by then."""
    spans = roles.spans(wanted.role, wanted.unit_id)
    if not spans:
        raise Rejected(
            "role-not-held",
            "Người này chưa từng có vai trò đó tại đơn vị; hãy kiểm tra lại vai trò và đơn vị.",
            "This person has never held that role in the unit; check role and unit.",
        )
    if any(first < wanted.on <= last for first, last in spans):
        return [wanted]
    earliest = min(first for first, _ in spans)
    if wanted.on <= earliest:
        raise Rejected(
            "role-ends-before-it-starts",
            f"Vai trò này bắt đầu từ ngày {earliest:%d/%m/%Y}; hãy chọn ngày thu hồi sau ngày đó.",
            f"This role starts on {earliest}; revoke it as of a later day.",
        )
    return []
