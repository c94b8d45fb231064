"""Endpoints of registry for registrations. Source: S001-14, S002-17, S002-18, S002-21."""

from datetime import date
from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.organisation.behalf import FILES, directly_above
from chassis.organisation.duties import excused
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Asked,
    InQuery,
    Page,
    Paged,
    Resource,
    actions,
    asked_router,
    asks,
    command,
)
from contracts.registry import (
    Duty,
    Judge,
    LocalBody,
    RegistrationConfirmed,
    RegistrationEnteredAsHistory,
    RegistrationFiledOnBehalf,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationTermsChanged,
    Role,
    TargetPlace,
)
from contracts.values import Document, RegistrationChange, Target
from services.registry.api.roles import LEADS
from services.registry.domain import registration_commands as steps
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_state import Known, Registration, lacking, targets
from services.registry.views import registrations

router = asked_router(tags=["registry"])
PLEDGES: Final = FILES
HEADS: Final = frozenset({Role.UNIT_HEAD})
APPRAISES: Final = frozenset({Role.PROFESSIONAL_DEPARTMENT})
APPROVES: Final = frozenset({Role.SECTOR_LEADER, Role.DIRECTOR_GENERAL})


async def files_for(asked: Asked, terms: RegistrationOpened) -> UUID | None:
    """The unit directly above, where the person may file for it on behalf of the unit."""
    return await directly_above(asked.platform.access, asked.platform.organisation, asked.person, terms.unit_id)


async def _known(asked: Asked, registration: Registration) -> Known:
    """Whether the person may confirm their own work, and is head above; looked up only where a rule asks for it."""
    terms = registration.terms
    if terms is None:
        return Known()
    if registration.submitted is None:
        return Known(files_for=await files_for(asked, terms))
    on, own = asked.context().occurred_on, frozenset[UUID]()
    if asked.person in registration.hands:
        allowed = await excused(asked.pool, asked.person, Duty.CONFIRM_TARGETS, on)
        own = frozenset({asked.person}) if (terms.registration_id, terms.unit_id) in allowed else own
    if registration.judge is Judge.SECTOR:
        return Known(excused=own)
    unit = await asked.platform.organisation.unit(terms.unit_id)
    above = unit.parent_id if unit is not None else None
    access, today = asked.platform.access, business_date(asked.platform.clock())
    return Known(own, above is not None and await access.allows(asked.person, HEADS, above, today))


REGISTRATIONS: Final = Resource(
    "/registrations",
    REGISTRATION,
    unit=lambda it: it.terms.unit_id if it.terms else None,
    seen_by=EVERY_ROLE,
    offers=offers(steps.RegistrationCommand),
    known=_known,
)


class AppraisedTarget(BaseModel):
    """What those who appraise said about a figure as it stands: agreed, or why not."""

    indicator: str
    year: int
    objection: str | None


class LocalOpinion(BaseModel):
    """A local body that was asked, when, and what it answered, if it did."""

    body: LocalBody
    asked_on: date
    opinion: str | None
    document: str


class QualitativeTarget(BaseModel):
    """A pledge without a figure, and how far it has come."""

    number: int
    requirement: str
    solution: str
    progress: str
    done: bool


class TermsChange(BaseModel):
    """How a campaign's terms have changed, by which document; `since_confirmed`: after the official version."""

    document: Document
    changed: list[str]
    since_confirmed: bool


class RegistrationDetail(BaseModel):
    """A registration with its terms and targets; `version` is what If-Match asks for.

    `targets` are those of the version that is being written, `versions` all that were ever official, the last of which
    holds; `appraised` is what was said about figures that stand as they stood then. `terms` are those of today, with
    the unit's own day; `lacking` are goals that what is written does not reach yet.
    """

    registration_id: UUID
    version: int
    status: registrations.Status
    late: bool | None
    days_late: int | None
    terms: RegistrationOpened
    closed: bool
    reopened_until: date | None
    excuse: str
    terms_changes: list[TermsChange]
    lacking: list[TargetPlace]
    targets: list[Target]
    judge: Judge
    revision: int
    change: RegistrationChange | None
    appraise_before: date | None
    appraised: list[AppraisedTarget]
    approved: bool
    returned: list[TargetPlace]
    returned_note: str
    opinions: list[LocalOpinion]
    qualitative: list[QualitativeTarget]
    solutions: dict[str, str]
    movements: list[str]
    versions: list[RegistrationConfirmed]
    reopenings: list[RegistrationReopened]
    filings: list[RegistrationFiledOnBehalf]
    history: RegistrationEnteredAsHistory | None
    actions: list[Action]


@router.get("/registrations")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(registrations.REGISTRATIONS,))
async def list_registrations(
    asked: Asked,
    paging: Paged,
    *,
    campaign_id: UUID | None = None,
    unit_id: UUID | None = None,
    status: registrations.Status | None = None,
    after: UUID | None = None,
) -> Page[registrations.RegistrationRow]:
    """Registrations of one unit, or of all for those who hold a role at the top."""
    found = await registrations.REGISTERED.page(
        asked.pool, after, paging.limit + 1, campaign_id=campaign_id, unit_id=unit_id, status=status
    )
    return paging.page(found, lambda registration: registration.registration_id)


@router.get(REGISTRATIONS.one)
@asks(may=EVERY_ROLE, where=REGISTRATIONS, reads=())
async def read_registration(id: UUID, asked: Asked, response: Response) -> RegistrationDetail:  # noqa: A002
    """A registration as its facts have it now; its ETag is the version to send back as If-Match."""
    version, state = await asked.platform.executor.state(REGISTRATION, id)
    if state.terms is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    sent = state.first_sent
    return RegistrationDetail(
        registration_id=id,
        version=version,
        status=status_of(state),
        late=None if sent is None else sent.late,
        days_late=None if sent is None else sent.days_late,
        terms=state.terms,
        closed=state.closed,
        reopened_until=state.reopened_until,
        excuse=state.excuse,
        terms_changes=[_change(state, each) for each in state.changes],
        lacking=[TargetPlace(indicator=name, year=year) for name, year in lacking(state)],
        targets=targets(state),
        judge=state.judge,
        revision=state.revision,
        change=state.change,
        appraise_before=state.appraise_before,
        appraised=[
            AppraisedTarget(indicator=name, year=year, objection=said.objection)
            for (name, year), said in sorted(state.appraised.items())
        ],
        approved=state.approved,
        returned=list(state.returned.cells) if state.returned else [],
        returned_note=state.returned.note if state.returned else "",
        opinions=[_opinion(state, body, asked_on) for body, asked_on in state.asked.items()],
        qualitative=[_qualitative(state, number) for number in sorted(state.qualitative)],
        solutions=dict(state.solutions),
        movements=list(state.movements.numbers) if state.movements else [],
        versions=list(state.versions),
        reopenings=list(state.reopenings),
        filings=list(state.filings),
        history=state.history,
        actions=await actions(asked, REGISTRATIONS, id, state),
    )


def status_of(state: Registration) -> registrations.Status:
    """How far it has come, as the read model says it, too."""
    known = registrations.Status
    if state.confirmed:
        return known.CONFIRMED
    if state.submitted:
        return known.SUBMITTED
    if state.returned:
        return known.RETURNED
    if state.under_appraisal:
        return known.APPRAISAL
    return known.REOPENED if state.reopened else known.OPEN


def _change(state: Registration, change: RegistrationTermsChanged) -> TermsChange:
    since = bool(state.versions) and change.campaign_version > state.versions[-1].campaign_version
    return TermsChange(document=change.document, changed=list(change.changed), since_confirmed=since)


def _opinion(state: Registration, body: LocalBody, asked_on: date) -> LocalOpinion:
    said = state.opinions.get(body)
    return LocalOpinion(
        body=body, asked_on=asked_on, opinion=said.opinion if said else None, document=said.document if said else ""
    )


def _qualitative(state: Registration, number: int) -> QualitativeTarget:
    pledged, told = state.qualitative[number], state.progress.get(number)
    return QualitativeTarget(
        number=number, requirement=pledged.requirement, solution=pledged.solution,
        progress=told.progress if told else "", done=told is not None and told.done,
    )  # fmt: skip


for _step, _wanted, _may, _name in (
    ("targets", steps.RegisterTarget, PLEDGES, "register_target"),
    ("withdrawals", steps.WithdrawTarget, PLEDGES, "withdraw_target"),
    ("qualitative", steps.SetQualitativeTarget, PLEDGES, "set_qualitative_target"),
    ("progress", steps.TellQualitativeProgress, PLEDGES, "tell_qualitative_progress"),
    ("solutions", steps.SetSolution, PLEDGES, "set_solution"),
    ("movements", steps.TieMovements, PLEDGES, "tie_movements"),
    ("opinions", steps.AskOpinion, PLEDGES, "ask_opinion"),
    ("opinions/answers", steps.RecordOpinion, PLEDGES, "record_opinion"),
    ("appraisal", steps.SendDraftForAppraisal, HEADS, "send_draft_for_appraisal"),
    ("agreements", steps.AgreeWithTarget, APPRAISES, "agree_with_target"),
    ("objections", steps.ObjectToTarget, APPRAISES, "object_to_target"),
    ("approve", steps.ApproveRegistration, APPROVES, "approve_registration"),
    ("submit", steps.SubmitRegistration, HEADS, "submit_registration"),
    ("confirm", steps.ConfirmRegistration, LEADS, "confirm_registration"),
    ("confirm-from-above", steps.ConfirmFromAbove, HEADS, "confirm_from_above"),
    ("return", steps.ReturnRegistration, LEADS, "return_registration"),
    ("return-from-above", steps.ReturnFromAbove, HEADS, "return_from_above"),
    ("reopen", steps.ReopenRegistration, LEADS | HEADS, "reopen_registration"),
):
    command(router, REGISTRATIONS, _step, _wanted, may=_may, name=_name)
