"""The door for a report as a Word file: taken along, filled in Word, tried, and taken in. Source: S003-12, S003-15.

Nothing is taken in that the trial does not show; whatever a file leaves out stays as it stands. Decision 67.
"""

import asyncio
from datetime import date
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel

from chassis.facts.files import EMPTY, MAX_BYTES, kind_of
from chassis.facts.problem import not_found
from chassis.organisation.head_titles import UNNAMED, head_title
from chassis.organisation.organisation import Unit
from chassis.web.api import ANYWHERE, EVERY_ROLE, Answer, Asked, asked_router, asks, takes_up_to, tells
from chassis.web.files import DOWNLOAD
from contracts.campaigns import ReviewOpened
from contracts.values import FileKind, SigningCapacity
from services.campaigns import report_words
from services.campaigns.api.report_known import REPORTS, known_of
from services.campaigns.api.report_shown import annexes_of, outline_of
from services.campaigns.api.report_steps import WRITES
from services.campaigns.domain import report_word_refusals as refuse
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_commands import LONGEST_TEXT, SectionKey, WriteSection, WriteSections
from services.campaigns.domain.report_state import Known, Report
from services.campaigns.word.blocks import Unreadable
from services.campaigns.word.paper import AnnexPage, Paper, PaperSection, Signer, signing_lines
from services.campaigns.word.reading import Became, Comparison, Note, Where, compared
from services.campaigns.word.writing import written

router = asked_router(tags=["campaigns"])
_WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "The report as a Word file (.docx), as it was taken from here or as the unit has typed it.",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


class WordSection(BaseModel):
    """A section: what `stands`, what the file has `said`; `others`: its texts where its heading is there twice.

    Only one that `became` `changed` is taken in. One that is `empty` or `missing` in the file stays as it stands.
    """

    section: str
    title: str
    became: Became
    stands: str
    said: str
    others: list[str]
    notes: list[Note]


class WordApart(BaseModel):
    """Text that no section takes: where it stands, below which heading's section if it is one's."""

    where: Where
    section: str
    text: str


class WordTrial(BaseModel):
    """What the import of a file would do to this `version` of the report; nothing is stored."""

    version: int
    changes: int
    sections: list[WordSection]
    apart: list[WordApart]


@router.get(REPORTS / "word", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=REPORTS, reads=())
async def read_report_word(
    asked: Asked,
    id: UUID,  # noqa: A002 - the path's name
    template: Annotated[bool, Query(description="With empty sections and annexes, to be filled in Word.")] = False,  # noqa: FBT002
) -> Response:
    """The report as an official paper in Word: the outline of the unit's kind with its texts, annexes as tables."""
    _, state = await asked.platform.executor.state(REPORT, id)
    paper = await _paper(asked, state, await known_of(asked, state), empty=template)
    content = await asyncio.to_thread(written, paper)
    called = "mau-bao-cao" if template else "bao-cao"
    return Response(content, 200, {"Content-Disposition": f'attachment; filename="{called}.docx"'}, _WORD)


@router.post(REPORTS / "word-trials", openapi_extra=_BODY)
@takes_up_to(MAX_BYTES)
@tells(may=WRITES, where=ANYWHERE)
async def try_report_word(asked: Asked, id: UUID) -> WordTrial:  # noqa: A002
    """Say what the import of a Word file would change, section by section, and what no section takes."""
    version, state = await asked.platform.executor.state(REPORT, id)
    if state.opened is None:
        raise not_found()
    await asked.require(EVERY_ROLE, state.opened.unit_id, hidden=True)
    await asked.require(WRITES, state.opened.unit_id)
    found = await _compared(asked, state, await known_of(asked, state))
    return WordTrial(
        version=version,
        changes=len(found.changes),
        sections=[
            WordSection(
                section=each.key, title=each.title, became=each.became, stands=each.stands, said=each.said,
                others=list(each.others), notes=list(each.notes),
            )
            for each in found.sections
        ],
        apart=[WordApart(where=each.where, section=each.section, text=each.text) for each in found.apart],
    )  # fmt: skip


@router.post(REPORTS / "word-imports", status_code=201, openapi_extra=_BODY)
@takes_up_to(MAX_BYTES)
@tells(may=WRITES, where=REPORTS, step=WriteSections)
async def import_report_word(
    asked: Asked,
    id: UUID,  # noqa: A002
    section: Annotated[
        list[SectionKey] | None,
        Query(max_length=200, description="Only these sections; all that have changed, without."),
    ] = None,
) -> Answer:
    """Take in the sections that a Word file changes; all of them at once, or none. If-Match is the trial's version."""
    _, state = await asked.platform.executor.state(REPORT, id)
    found = await _compared(asked, state, await known_of(asked, state))
    texts = {key: text for key, text in found.changes.items() if section is None or key in section}
    wanted = WriteSections(sections=tuple(WriteSection(section=key, text=text) for key, text in texts.items()))
    async with report_words.kept(asked.pool, id, [each.text for each in wanted.sections]):
        return await asked.execute_looking(REPORT, id, wanted, partial(known_of, asked))


async def _compared(asked: Asked, state: Report, known: Known) -> Comparison:
    content = await asked.body()
    if not content:
        raise EMPTY()
    if kind_of(content) not in {FileKind.DOCX, None}:
        raise refuse.NOT_WORD()
    paper = await _paper(asked, state, known)
    try:
        return await asyncio.to_thread(compared, content, paper, LONGEST_TEXT)
    except Unreadable as unread:
        raise {"macros": refuse.MACROS, "too-big": refuse.TOO_BIG}.get(unread.code, refuse.NOT_WORD)() from None


async def _paper(asked: Asked, state: Report, known: Known, *, empty: bool = False) -> Paper:
    """The report as it stands on paper, in the names of the units on its day."""
    opened, review = state.opened, known.review
    if opened is None or review is None:
        raise not_found()
    said = await report_words.words(asked.pool, [opened.report_id])
    sections = tuple(
        PaperSection(each.key, each.title, "" if empty else each.text, heading=each.heading, hint=each.hint)
        for each in outline_of(state, known, said)
    )
    annexes = tuple(AnnexPage(each, () if empty else tuple(each.rows)) for each in annexes_of(state, known))
    sent = None if empty else state.sent
    day = sent.received_on if sent and sent.paper is None else None
    units = await asked.platform.organisation.on(
        [opened.unit_id, opened.to_unit_id], day or asked.context().occurred_on
    )
    unit, to = units.get(opened.unit_id), units.get(opened.to_unit_id)
    issuer, receiver = _name(unit), _name(to)
    return Paper(
        issuer=issuer,
        above=receiver if opened.to_unit_id != opened.unit_id else "",
        title=review.title,
        sections=sections,
        annexes=annexes,
        day=day,
        year=review.before.year,
        intro=_intro(review, issuer),
        recipients=(receiver, "Lưu: VT"),
        signer=Signer(_signing(sent.capacity if sent else SigningCapacity.DIRECT, unit, day or review.before)),
    )


def _name(unit: Unit | None) -> str:
    return unit.name if unit else "……"


def _signing(capacity: SigningCapacity, unit: Unit | None, on: date) -> tuple[str, ...]:
    head = head_title(unit.kind, unit.name, on) if unit else UNNAMED
    return signing_lines(capacity, head)


def _intro(review: ReviewOpened, issuer: str) -> str:
    if review.document is None:
        return ""
    paper = review.document
    return f"Thực hiện văn bản số {paper.number} ngày {paper.issued_on:%d/%m/%Y}, {issuer} báo cáo như sau:"
