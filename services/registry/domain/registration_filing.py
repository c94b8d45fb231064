"""Registrations that were made on paper: sent in by the unit directly above, or entered as history.

Source: B7, A1, B12
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Day, Line
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


class HistoryPaper(BaseModel):
    """The document on which something rests that happened before it was entered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Annotated[str, Line(60, name=True)]
    issued_on: Day


class EnterAsHistory(Command):
    """Say that what is written here was registered on a day that is past, by a document or a file. Source: A1, B12."""

    happened_on: Day
    document: HistoryPaper | None = None
    evidence: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
