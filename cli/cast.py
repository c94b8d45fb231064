"""The cast of a local platform: made-up people, one for each role and level of unit, so that one can sign in as them.

Nobody of them would have to do two steps of one case; two may give roles.
"""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
from rich import box
from rich.table import Table

from chassis.facts.clock import business_date
from chassis.store.patience import patiently
from cli.administrators import DEPARTMENT, appoint, grant, introduce
from cli.connect import reaching, settings
from cli.officers import Desk, Officer
from cli.organisation import import_organisation
from deploy.local.cast import Member, write_cast
from services.registry.domain.unit import unit_id

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

_SPACE: Final = uuid5(NAMESPACE_URL, "urn:thidua:cast")
_UNITS: Final = {
    "VSS": "BHXH Việt Nam",
    "P31": "BHXH thành phố Hải Phòng",
    "P31-D315": "BHXH huyện Tiên Lãng",
}
_ROLES: Final = {
    "emulation_department": "Vụ Thi đua - Khen thưởng",
    "director_general": "Tổng Giám đốc",
    "professional_department": "Ban nghiệp vụ",
    "council_member": "Thành viên Hội đồng",
    "council_chair": "Chủ tịch Hội đồng",
    "council_secretary": "Thư ký Hội đồng",
    "communications": "Truyền thông",
    "auditor": "Kiểm toán (chỉ xem)",
    "operator": "Vận hành hệ thống",
    "cluster_head": "Cụm trưởng",
    "unit_head": "Giám đốc",
    "officer": "Cán bộ thi đua - khen thưởng",
    "deputy": "Phó thủ trưởng đơn vị",
    "sector_leader": "Phó Tổng Giám đốc phụ trách lĩnh vực",
    "clerk": "Văn thư",
    "accountant": "Kế toán",
    "council_standing_member": "Ủy viên Thường trực Hội đồng",
    "council_vice_chair": "Phó Chủ tịch Hội đồng",
    "counting_member": "Thành viên ban kiểm phiếu",
    "trade_union": "Đại diện Công đoàn",
    "party_representative": "Đại diện cấp ủy Đảng",
    "inspector": "Thành viên đoàn kiểm tra",
}


@dataclass(frozen=True, slots=True)
class Person(Officer):
    """One of the cast: `name` is the full name, made up."""

    role: str
    unit: str

    @property
    def id(self) -> UUID:
        """The person's id."""
        return uuid5(_SPACE, self.name)

    def details(self) -> dict[str, str]:
        """Name, and an address that leads nowhere."""
        return {"full_name": self.name, "email": f"{self.id.hex[:12]}@thidua.example"}

    def member(self) -> Member:
        """As the sign-in page lists the person."""
        return Member(
            id=self.id, name=self.name, role=self.role, role_name=_ROLES[self.role], unit=self.unit,
            unit_name=_UNITS[self.unit],
        )  # fmt: skip


CAST: Final = (
    Person("Nguyễn Thị Mẫu", "officer", "P31"),
    Person("Phạm Văn Thử", "unit_head", "P31"),
    Person("Lê Thị Giả Định", "officer", "P31-D315"),
    Person("Đinh Văn Giả Sử", "unit_head", "P31-D315"),
    Person("Trần Văn Ví Dụ", "emulation_department", "VSS"),
    Person("Phan Thị Thí Dụ", "emulation_department", "VSS"),
    Person("Hoàng Thị Minh Họa", "professional_department", "VSS"),
    Person("Vũ Văn Tưởng Tượng", "director_general", "VSS"),
    Person("Đỗ Thị Kiểm Nghiệm", "council_member", "VSS"),
    Person("Ngô Văn Phỏng Đoán", "council_chair", "VSS"),
    Person("Dương Thị Ghi Chép", "council_secretary", "VSS"),
    Person("Lý Thị Loan Báo", "communications", "VSS"),
    Person("Hồ Văn Luân Phiên", "cluster_head", "P31"),
    Person("Bùi Văn Quan Sát", "auditor", "VSS"),
    Person("Đặng Văn Trực Máy", "operator", "VSS"),
    Person("Tạ Văn Phó Mẫu", "deputy", "P31"),
    Person("Mai Thị Phụ Trách", "sector_leader", "VSS"),
    Person("Tô Thị Vào Sổ", "clerk", "VSS"),
    Person("Lương Văn Tính Tiền", "accountant", "VSS"),
    Person("Cao Văn Thường Trực", "council_standing_member", "VSS"),
    Person("Hà Thị Phó Chủ", "council_vice_chair", "VSS"),
    Person("Kiều Văn Kiểm Phiếu", "counting_member", "VSS"),
    Person("Trịnh Thị Công Đoàn", "trade_union", "P31"),
    Person("Đoàn Văn Cấp Ủy", "party_representative", "P31"),
    Person("Lâm Thị Kiểm Tra", "inspector", "VSS"),
)


def accounts(info: "RunInfo") -> Table:
    """Whom one can sign in as, under the portal's address."""
    table = Table(
        "người / person", "vai trò / role", "đơn vị / unit", box=box.SIMPLE_HEAD,
        title=f"Mở / open {info.services['portal'].url} rồi chọn một người / and choose a person",
    )  # fmt: skip
    for person in CAST:
        member = person.member()
        table.add_row(member.name, member.role_name, member.unit_name)
    return table


async def engage(info: "RunInfo") -> None:
    """Let the cast hold their roles in a platform that runs, and the sign-in page list them; again it changes nothing.

    Units are imported where they are not there yet.
    """

    async def begin() -> date:
        async with reaching("registry", settings("registry", info.data)) as registry:
            await import_organisation(registry)
            await appoint(registry)
            return business_date(registry.clock())

    today = await patiently(begin, "cast")
    async with httpx.AsyncClient(timeout=30) as http:
        desk = Desk(http, {name: service.url for name, service in info.services.items()}, info.issuer.url)
        await introduce(desk)
        await asyncio.gather(*(_engage(desk, person, today.isoformat()) for person in CAST))
    cast = [person.member() for person in CAST]
    write_cast(info.data, cast)
    info.model_copy(update={"cast": cast}).write()


async def _engage(desk: Desk, person: Person, since: str) -> None:
    path = f"/people/{person.id}"
    await desk.tell(DEPARTMENT, "registry", f"{path}/enrol")
    await desk.tell(DEPARTMENT, "registry", f"{path}/details", person.details(), method="PUT")
    await grant(desk, person.id, person.role, unit_id(person.unit), since)
