"""What the unit directly above may ask of a registration: to send it in, on the unit's own signed paper. Source: B7."""

from datetime import date

from chassis.facts.decider import Command
from chassis.facts.kinds import Day
from chassis.facts.offers import offered
from contracts.values import FileKind, StoredFile


@offered(
    vi="Nộp thay đơn vị cấp dưới",
    en="File on behalf of a unit below",
    trials=lambda _, __: [
        FileOnBehalf(paper=StoredFile(sha256="0" * 64, kind=FileKind.PDF, size=1), signed_on=date(2000, 1, 1))
    ],
)
class FileOnBehalf(Command):
    """Send the registration in for a unit directly below, on its paper, signed and scanned: the body. Source: B7."""

    paper: StoredFile
    signed_on: Day
