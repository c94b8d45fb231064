"""The door for files that prove a result: attached, fetched, and deleted as far as their bytes go."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from chassis.facts.files import MAX_BYTES
from chassis.facts.problem import not_found
from chassis.web.api import EVERY_ROLE, Answer, Asked, asked_router, asks, takes_up_to, tells
from chassis.web.files import DOWNLOAD, UPLOAD, FileName, received, sent
from contracts.registry import Role
from contracts.values import Indicator, StoredFile
from services.campaigns.api.scorecards import OWN, SCORECARDS, known_of
from services.campaigns.domain.scorecard import SCORECARD, AttachEvidence, DeleteEvidenceBytes
from services.campaigns.views import scorecards

router = asked_router(tags=["campaigns"])
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.post(SCORECARDS / "evidence", status_code=201, openapi_extra=UPLOAD)
@takes_up_to(MAX_BYTES)
@tells(may=OWN, where=SCORECARDS, step=AttachEvidence)
async def attach_evidence(
    asked: Asked,
    id: UUID,  # noqa: A002 - the path's name
    indicator: Annotated[Indicator, Query()],
    year: Annotated[int, Query(ge=1990, le=2100)],
    name: FileName,
) -> Answer:
    """Attach a file, which is the body, to the result of one indicator and year: PDF, PNG, JPEG, DOCX or XLSX."""
    _, card = await asked.platform.executor.state(SCORECARD, id)
    known = await known_of(asked, card)

    def wanted(file: StoredFile) -> AttachEvidence:
        return AttachEvidence(indicator=indicator, year=year, file=file)

    file = await received(
        asked, id, name, first=lambda file: SCORECARD.decide(wanted(file), card, known, asked.context())
    )
    return await asked.execute(SCORECARD, id, wanted(file), known)


@router.get(SCORECARDS / "evidence/{sha256}", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=SCORECARDS, reads=(scorecards.SCORECARDS,))
async def read_evidence(asked: Asked, id: UUID, sha256: Digest) -> Response:  # noqa: A002
    """A file that proves a result; 410 when its bytes were deleted."""
    if (found := await scorecards.file(asked.pool, id, sha256)) is None:
        raise not_found()
    return await sent(asked, id, StoredFile(**found.model_dump(include={"sha256", "kind", "size"})), "minh-chung")


@router.post(SCORECARDS / "evidence-deletions", status_code=201)
@tells(may=frozenset({Role.UNIT_HEAD, Role.EMULATION_DEPARTMENT}), where=SCORECARDS, step=DeleteEvidenceBytes)
async def delete_evidence_bytes(asked: Asked, id: UUID, command: DeleteEvidenceBytes) -> Answer:  # noqa: A002
    """Delete the bytes of a file; its hash, and that it was there, stay."""
    executor, digest = asked.platform.executor, command.sha256
    answer = await asked.execute(SCORECARD, id, command, await known_of(asked, await executor.known(SCORECARD, id)))
    _, card = await executor.state(SCORECARD, id)
    if all(digest not in files or files[digest].deleted for files in card.files.values()):
        await asked.platform.files.delete(id, digest)
    return answer
