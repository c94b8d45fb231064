"""The main job: the review of S003, then S001 from its letter to the last report, each scene through the HTTP APIs."""

from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from uuid import UUID

import yaml

from chassis.store.patience import patiently
from cli.administrators import DEPARTMENT, ROOT, appoint, grant, introduce
from cli.connect import reaching, settings
from cli.letter import CEREMONY, CLERK, LEADER, PROFESSIONAL, Letter
from cli.officers import Officer, Refused, all_of
from cli.organisation import REFERENCE, import_organisation, known_since
from cli.scenes import (
    adding,
    asking,
    guiding,
    honours,
    movement,
    official,
    papers,
    registering,
    reporting,
    review,
)
from cli.stage import Province, Stage
from contracts.values import RegistrationOrder

PACK = files("services.campaigns").joinpath("packs/4225-2024.yaml")
ALL_PROVINCES = 63
FEWEST = 4
"""The scenes are played by so many provinces."""


@dataclass(slots=True)
class MainJob(Stage):
    """The main job itself; what it has done and found stays on its stage. `begins`: from when its units are known."""

    begins: date = field(default=REFERENCE)

    async def run(self) -> None:
        """From nothing to the conclusion."""
        self.found = []
        self.begins = await patiently(self._since, "organisation")
        await self.at(self.begins if self.edition == 0 else REFERENCE)
        await self.organisation()
        if self._in_2020:
            await self._reviewed()
            await self.at(REFERENCE)
        await (letter := self.letter()).goes_out()
        await letter.is_entered([(each.unit, each.officer) for each in self.provinces], 1 + self.edition)
        await self.launch(letter)
        await registering.registered(self)
        await self._cards()
        if self.edition == 0:
            await guiding.answered(self)
        await self.at(date(2024, 12, 31))
        if self.whole:
            await official.published(self)
        if not self.carried:
            await official.learnt(self)
        await reporting.results(self, 2024)
        if self.whole:
            await reporting.proven(self)
            await review.example(self)
            await reporting.corrected(self)
            await reporting.late_report(self)
        if self.edition == 0:
            await papers.ways_back(self)
            await papers.taken_over(self)
            await guiding.exemplary(self)
            await guiding.inspected(self)
        await self.at(date(2025, 12, 31))
        await reporting.results(self, 2025)
        if self.whole:
            await reporting.lost_again(self)
            await reporting.compared(self)
            await review.summed(self)
            await reporting.counted(self)
        await honours.honoured(self)
        await letter.concludes(self.campaign, len(self.provinces), date(2025, 12, 31))

    @property
    def _in_2020(self) -> bool:
        """Whether S003 is played: once, and not where an earlier version's units are known from 2024 on."""
        return self.edition == 0 and self.begins < REFERENCE

    async def _reviewed(self) -> None:
        """S003: the movement for the poor, whose review its letter of August 2020 asks for."""
        await movement.launched(self)
        await movement.remembered(self)
        await asking.asked_for(self)
        districts = await asking.districts_asked(self)
        await asking.reported(self)
        await adding.added(self, districts)
        await adding.corrected(self)
        await adding.closed(self)

    async def organisation(self) -> None:
        """Units, officers and their roles."""
        await patiently(self._import, "organisation")
        tell = self.desk.tell
        await self.until("Danh mục đơn vị / units", self._provinces)
        central = [(LEADER, "director_general"), (PROFESSIONAL, "professional_department"), (CLERK, "clerk")]
        staff = [(officer, role, ROOT) for officer, role in central]
        for province in self.provinces:
            staff += [(province.officer, "officer", province.unit), (province.head, "unit_head", province.unit)]

        staff += review.staff() if self.edition == 0 else []
        staff += asking.staff() if self._in_2020 else []

        async def enrol(officer: Officer, role: str, unit: UUID) -> None:
            await tell(DEPARTMENT, "registry", f"/people/{officer.id}/enrol")
            await tell(DEPARTMENT, "registry", f"/people/{officer.id}/details", officer.details(), method="PUT")
            await grant(self.desk, officer.id, role, unit, self.begins.isoformat())

        await introduce(self.desk)
        await self.step("Cán bộ, vai trò / officers, roles", [enrol(*one) for one in staff])
        await self._without_zalo()

    async def _since(self) -> date:
        async with reaching("registry", settings("registry", self.info.data)) as registry:
            return await known_since(registry) or (movement.BEGINS if self.edition == 0 else REFERENCE)

    async def _import(self) -> None:
        async with reaching("registry", settings("registry", self.info.data)) as registry:
            await import_organisation(registry, self.begins)
            await appoint(registry)

    async def _provinces(self) -> bool:
        try:
            units = await self.desk.pages(DEPARTMENT, "registry", "/units", kind="provincial")
        except Refused as refused:  # the role is on its way to the read model
            if refused.code != "role-missing":
                raise
            return False
        self.everywhere = {u["code"]: UUID(u["unit_id"]) for u in units}
        self.provinces = [Province(UUID(u["unit_id"]), u["code"], u["name"]) for u in units[: self.wanted]]
        return len(units) == ALL_PROVINCES

    async def _without_zalo(self) -> None:
        """One officer in seven has no Zalo account: they are told by email."""
        phones = [f"84{province.head.details()['phone'][1:]}" for province in self.provinces[::7]]
        url = self.info.zalo.url
        await all_of([self.desk.http.post(f"{url}/_sim/phones/{phone}", json={"error": -118}) for phone in phones])

    def letter(self) -> Letter:
        """The letter of the drive; another edition has another number."""
        pack = yaml.safe_load(PACK.read_text(encoding="utf-8"))
        self.goals = pack["goals"]
        self.movements = [each["document"]["number"] for each in pack["linked_campaigns"]]
        if self.edition:
            pack["code"] = f"{pack['code']}-{self.edition}"
        else:
            pack["registration_order"] = RegistrationOrder.AGREED_FIRST.value
        return Letter(self.desk, self.until, pack, str(4225 + self.edition), self.note)

    async def launch(self, letter: Letter) -> None:
        """Announced, so that units are asked to register; then launched, by each unit in its own scope too."""
        self.campaign = await letter.announces()
        self.carried = letter.launched_before

        async def opened() -> bool:
            found = await self.desk.pages(DEPARTMENT, "registry", "/registrations", campaign_id=self.campaign)
            return {p.unit for p in self.provinces} <= {UUID(registration["unit_id"]) for registration in found}

        await self.until("Mời đăng ký / registrations opened", opened)
        await self.at(CEREMONY)
        await letter.is_launched(self.campaign, [(each.unit, each.head) for each in self.provinces])

    async def _cards(self) -> None:
        async def carded() -> dict[UUID, UUID]:
            found = await self.desk.pages(DEPARTMENT, "campaigns", "/scorecards", campaign_id=self.campaign)
            cards = {UUID(card["unit_id"]): UUID(card["scorecard_id"]) for card in found}
            return cards if {p.unit for p in self.provinces} <= cards.keys() else {}

        self.cards = await self.until("Phiếu kết quả / scorecards", carded)
