"""The next version of registry, as a release would bring it: one more fact in the stream of a unit, one more column."""

import shutil
from pathlib import Path

FOLDERS = ("contracts", "chassis", "services")


def newer(to: Path) -> None:
    """Copy the code and change it as somebody would who adds the address of a unit."""
    for folder in FOLDERS:
        shutil.copytree(folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    imported = ("    UnitChangeWithdrawn,\n", "    UnitAddressed,\n    UnitChangeWithdrawn,\n")
    _change(
        to / "contracts/registry/unit.py",
        ("UnitEvent = (\n", _FACT + "UnitEvent = (\n    UnitAddressed |\n"),
    )
    _change(to / "contracts/registry/__init__.py", imported)
    _change(
        to / "services/registry/domain/unit.py",
        imported,
        ("UnitCommand = EstablishUnit", _COMMAND + "UnitCommand = AddressUnit | EstablishUnit"),
        ("    match command:\n", "    match command:\n        case AddressUnit(address=address):\n" + _DECIDED),
        ("    match event:\n", "    match event:\n        case UnitAddressed():\n            return unit\n"),
    )
    _change(
        to / "chassis/organisation/units.py",
        imported,
        (
            "        case UnitEstablished(",
            "        case UnitAddressed():\n            return\n        case UnitEstablished(",
        ),
    )
    _change(
        to / "services/registry/views/units.py",
        imported,
        ("        case UnitNameCorrected(", _CASE + "        case UnitNameCorrected("),
        ('Projection("units", 2,', 'Projection("units", 3,'),
        ("    kind: UnitKind\n    parent_id", "    kind: UnitKind\n    address: str | None\n    parent_id"),
    )
    _change(
        to / "services/registry/api/units.py",
        ("import UNIT, CorrectUnitName", "import UNIT, AddressUnit, CorrectUnitName"),
        ('@router.post("/units/import"', _ROUTE + '@router.post("/units/import"'),
    )


def _change(file: Path, *changes: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{file} has changed; this version of tomorrow must follow: {old!r}")
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


_FACT = '''\
class UnitAddressed(RegistryEvent):
    """A unit has another address."""

    audience: ClassVar[Audience] = Audience.PUBLIC
    unit_id: UUID
    address: str


'''
_COMMAND = '''\
class AddressUnit(Command):
    """Say where a unit is to be found."""

    address: Name


'''
_DECIDED = """\
            if unit.established is None:
                raise unit_unknown(unit_id(""))
            return [UnitAddressed(unit_id=unit.established.unit_id, address=address)]
"""
_CASE = """\
        case UnitAddressed(unit_id=addressed, address=address):
            yield UnitView.put(addressed, address=address)
"""
_ROUTE = '''\
@router.post("/units/{id}/address", status_code=201)
@tells(may=LEADS, where=AT_ROOT)
async def address_unit(id: UUID, command: AddressUnit, asked: Asked) -> Answer:
    """Say where a unit is to be found."""
    return await asked.execute(UNIT, id, command, Known())


'''
