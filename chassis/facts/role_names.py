"""What roles are called within a sentence, in Vietnamese and English: one name for every service."""

from collections.abc import Collection, Mapping
from typing import Final

from contracts.registry import Role

ROLE_NAMES: Final[Mapping[Role, tuple[str, str]]] = {
    Role.OFFICER: ("cán bộ thi đua - khen thưởng", "emulation officer"),
    Role.UNIT_HEAD: ("thủ trưởng đơn vị", "head of unit"),
    Role.PROFESSIONAL_DEPARTMENT: ("ban nghiệp vụ", "professional department"),
    Role.CLUSTER_HEAD: ("cụm trưởng", "head of cluster"),
    Role.COUNCIL_MEMBER: ("thành viên Hội đồng", "council member"),
    Role.COUNCIL_CHAIR: ("Chủ tịch Hội đồng", "chair of the council"),
    Role.COUNCIL_SECRETARY: ("thư ký Hội đồng", "secretary of the council"),
    Role.EMULATION_DEPARTMENT: ("Vụ Thi đua - Khen thưởng", "emulation department"),
    Role.DIRECTOR_GENERAL: ("Tổng Giám đốc", "Director General"),
    Role.COMMUNICATIONS: ("truyền thông", "communications"),
    Role.AUDITOR: ("kiểm toán", "auditor"),
    Role.OPERATOR: ("vận hành hệ thống", "operator"),
    Role.DEPUTY: ("phó thủ trưởng đơn vị", "deputy head of unit"),
    Role.SECTOR_LEADER: ("Phó Tổng Giám đốc phụ trách lĩnh vực", "deputy director general in charge of the sector"),
    Role.CLERK: ("văn thư", "clerk"),
    Role.ACCOUNTANT: ("kế toán", "accountant"),
    Role.COUNCIL_STANDING_MEMBER: ("ủy viên Thường trực Hội đồng", "standing member of the council"),
    Role.COUNCIL_VICE_CHAIR: ("Phó Chủ tịch Hội đồng", "vice-chair of the council"),
    Role.COUNTING_MEMBER: ("thành viên ban kiểm phiếu", "member of the counting committee"),
    Role.TRADE_UNION: ("đại diện Công đoàn", "trade union representative"),
    Role.PARTY_REPRESENTATIVE: ("đại diện cấp ủy Đảng", "Party representative"),
    Role.INSPECTOR: ("thành viên đoàn kiểm tra", "inspector"),
}


def named(roles: Collection[Role]) -> tuple[str, str]:
    """Roles as a person reads them, "thủ trưởng đơn vị hoặc Tổng Giám đốc", in both languages."""
    wanted = sorted(roles)
    return " hoặc ".join(ROLE_NAMES[role][0] for role in wanted), " or ".join(ROLE_NAMES[role][1] for role in wanted)
