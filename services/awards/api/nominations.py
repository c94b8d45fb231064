"""The doors for nominations with their dossiers, and the awards that came of them."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.kinds import Line, Year
from chassis.facts.offers import offers
from chassis.facts.problem import Problem, not_found
from chassis.web.api import (
    ANYWHERE,
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InBody,
    InQuery,
    Page,
    Paged,
    Position,
    Resource,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.awards import DossierDocument
from contracts.registry import Role
from services.awards import learned
from services.awards.api import catalogue
from services.awards.domain.catalogue import NAME, DossierPart
from services.awards.domain.nomination import (
    NOMINATION,
    AddDocument,
    DraftNomination,
    Known,
    Nomination,
    NominationCommand,
    PledgedTarget,
    Status,
    SubmitNomination,
    nomination_id,
)
from services.awards.views import decisions, nominations

router = asked_router(tags=["awards"])

_READERS = frozenset(
    {
        Role.OFFICER,
        Role.UNIT_HEAD,
        Role.COUNCIL_MEMBER,
        Role.COUNCIL_CHAIR,
        Role.COUNCIL_SECRETARY,
        Role.COUNCIL_VICE_CHAIR,
        Role.COUNCIL_STANDING_MEMBER,
        Role.DEPUTY,
        Role.SECTOR_LEADER,
        Role.TRADE_UNION,
        Role.PARTY_REPRESENTATIVE,
        Role.INSPECTOR,
        Role.EMULATION_DEPARTMENT,
        Role.DIRECTOR_GENERAL,
        Role.AUDITOR,
    }
)
_PROPOSERS = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY})

Award = Annotated[str | None, Query(pattern=NAME, description="An award of the catalogue.")]
Under = Annotated[UUID | None, Query(description="A unit: itself and all units below it.")]


async def _known(asked: Asked, nomination: Nomination) -> Known:
    """What the rules want to know of a nomination: the award's rule today, and what the unit has reached."""
    if (proposal := nomination.proposal) is None:
        return Known()
    rows = await learned.targets(asked.pool, proposal.campaign_id, proposal.unit_id)
    targets = tuple(PledgedTarget(indicator=row.indicator, year=row.year, attained=row.attained) for row in rows)
    return Known(catalogue.rule(asked, proposal.award), targets=targets)


NOMINATIONS: Final = Resource(
    "/nominations",
    NOMINATION,
    unit=lambda it: it.proposal.unit_id if it.proposal else None,
    seen_by=_READERS,
    offers=offers(NominationCommand),
    known=_known,
)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NominationBody(_Body):
    """Who is proposed for what; `year` is the last one that counts, null for the whole campaign."""

    campaign_id: UUID
    unit_id: UUID
    award: str = Field(pattern=NAME, examples=["merit_certificate_dg"])
    year: Year | None = None


class DocumentBody(_Body):
    """One paper; its file is kept elsewhere and known by its hash. The title names no person."""

    kind: str = Field(pattern=NAME, examples=["minutes"])
    title: Annotated[str, Line(300, name=True)]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class NominationDetail(nominations.NominationRow):
    """A nomination with its dossier: what is in it, what it still lacks today, and the targets that count.

    `corrected`: reports of the unit that were corrected after it was sent in; it stays as it is. Source: B19.
    """

    corrected: list[nominations.FlagRow]
    documents: list[DossierDocument]
    missing: list[DossierPart]
    targets: list[learned.TargetRow]
    actions: list[Action]


@router.post("/nominations", status_code=201)
@tells(may=_PROPOSERS, where=InBody("unit_id"))
async def draft_nomination(asked: Asked, body: NominationBody) -> Answer:
    """Propose a unit for an award; proposing it again changes nothing."""
    if await asked.platform.organisation.unit(body.unit_id) is None:
        raise _unit_unknown()
    known = Known(catalogue.rule(asked, body.award), await learned.period(asked.pool, body.campaign_id))
    key = nomination_id(body.campaign_id, body.award, body.unit_id, body.year)
    return await asked.execute(NOMINATION, key, DraftNomination(**body.model_dump()), known)


@router.post(NOMINATIONS / "documents", status_code=201)
@tells(may=_PROPOSERS, where=NOMINATIONS, step=AddDocument)
async def add_document(asked: Asked, id: UUID, body: DocumentBody) -> Answer:  # noqa: A002 - the path's name
    """Put a paper into the dossier; the same paper again changes nothing."""
    known = await _known(asked, await asked.platform.executor.known(NOMINATION, id))
    return await asked.execute(NOMINATION, id, AddDocument(document=DossierDocument(**body.model_dump())), known)


command(router, NOMINATIONS, "submit", SubmitNomination, may=frozenset({Role.UNIT_HEAD}), name="submit_nomination")


@router.get("/nominations")
@asks(may=_READERS, where=InQuery(), reads=(nominations.NOMINATED,))
async def list_nominations(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: Under = None,
    campaign_id: UUID | None = None,
    award: Award = None,
    status: Status | None = None,
    after: Position = 0,
) -> Page[nominations.NominationRow]:
    """Nominations in the order of drafting; without a unit those of all, for which a role at the top is needed."""
    under = unit_id or await asked.root()
    wanted = nominations.Filter(under=under, campaign_id=campaign_id, award=award, status=status)
    rows = await nominations.nominations(asked.pool, wanted, after, paging.limit + 1)
    return paging.page(rows, lambda row: row.position)


@router.get(NOMINATIONS.one)
@asks(may=_READERS, where=NOMINATIONS, reads=(nominations.NOMINATED,))
async def read_nomination(asked: Asked, id: UUID, response: Response) -> NominationDetail:  # noqa: A002
    """A nomination with its dossier and what it still lacks; its ETag goes into If-Match."""
    row = await nominations.nomination(asked.pool, id)
    if row is None:
        raise not_found()
    documents = await nominations.papers(asked.pool, id)
    rule = catalogue.rule(asked, row.award) if row.status is Status.DRAFT else None
    response.headers["ETag"] = f'"{row.version}"'
    return NominationDetail(
        **row.model_dump(),
        corrected=await nominations.flags(asked.pool, id),
        documents=documents,
        missing=list(rule.missing({paper.kind for paper in documents})) if rule else [],
        targets=await learned.targets(asked.pool, row.campaign_id, row.unit_id),
        actions=await actions(asked, NOMINATIONS, id, await asked.platform.executor.known(NOMINATION, id)),
    )


@router.get("/awards")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(nominations.NOMINATED, decisions.DECIDED))
async def list_awards(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: Under = None,
    campaign_id: UUID | None = None,
    award: Award = None,
    decision_id: UUID | None = None,
    after: Position = 0,
) -> Page[nominations.NominationRow]:
    """Awards granted, in the order of granting: open to everybody who holds a role."""
    wanted = nominations.Filter(under=unit_id, campaign_id=campaign_id, award=award)
    if decision_id is not None:
        decision = await decisions.DecisionRow.one(asked.pool, decision_id)
        wanted.among = tuple(decision.nominations) if decision else ()
    rows = await nominations.nominations(asked.pool, wanted, after, paging.limit + 1, granted=True)
    return paging.page(rows, lambda row: row.granted_position)


def _unit_unknown() -> Problem:
    return Problem(
        409,
        "unit-unknown",
        "Không có đơn vị này; hãy chọn một đơn vị trong danh sách.",
        "There is no such unit; choose one from the list.",
    )
