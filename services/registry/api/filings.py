"""The door for a registration that the unit directly above sends in, on the unit's signed paper. Source: B7."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from chassis.facts.files import MAX_BYTES
from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.web.api import EVERY_ROLE, Answer, Asked, asked_router, asks, takes_up_to, tells
from chassis.web.files import DOWNLOAD, UPLOAD, FileName, received, sent
from contracts.values import StoredFile
from services.registry.api.registrations import PLEDGES, REGISTRATIONS
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_filing import FileOnBehalf

router = asked_router(tags=["registry"])
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
SignedOn = Annotated[Day, Query(description="The day on which the unit signed the paper.")]


@router.post(REGISTRATIONS / "filings", status_code=201, openapi_extra=UPLOAD)
@takes_up_to(MAX_BYTES)
@tells(may=PLEDGES, where=REGISTRATIONS, step=FileOnBehalf)
async def file_on_behalf(asked: Asked, id: UUID, name: FileName, signed_on: SignedOn) -> Answer:  # noqa: A002 - the path's name
    """Send the registration in for a unit directly below, on its paper, signed and scanned, which is the body."""
    _, state = await asked.platform.executor.state(REGISTRATION, id)
    known = await REGISTRATIONS.known(asked, state)

    def wanted(file: StoredFile) -> FileOnBehalf:
        return FileOnBehalf(paper=file, signed_on=signed_on)

    file = await received(
        asked, id, name, first=lambda file: REGISTRATION.decide(wanted(file), state, known, asked.context())
    )
    return await asked.execute(REGISTRATION, id, wanted(file), known)


@router.get(REGISTRATIONS / "papers/{sha256}", response_class=Response, responses=DOWNLOAD)
@asks(may=EVERY_ROLE, where=REGISTRATIONS, reads=())
async def read_paper(asked: Asked, id: UUID, sha256: Digest) -> Response:  # noqa: A002
    """The paper by which a registration was filed on behalf of its unit."""
    _, state = await asked.platform.executor.state(REGISTRATION, id)
    paper = next((each.paper for each in state.filings if each.paper.sha256 == sha256), None)
    if paper is None:
        raise not_found()
    return await sent(asked, id, paper, "ban-giay")
