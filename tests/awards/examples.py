"""A province, a campaign and its nomination, for the tests of awards."""

from datetime import date
from uuid import UUID, uuid5

from chassis.testing import Given, given
from contracts.awards import (
    AwardGranted,
    DecisionIssued,
    DossierDocument,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationSubmitted,
)
from contracts.event import Event
from contracts.values import Document, Period
from services.awards.domain.catalogue import AwardRule
from services.awards.domain.decision import LegalBasis, decision_id
from services.awards.domain.nomination import (
    NOMINATION,
    AddDocument,
    DraftNomination,
    Known,
    Nomination,
    NominationCommand,
    PledgedTarget,
    SubmitNomination,
)
from services.awards.domain.nomination import nomination_id as id_of
from services.awards.reference import CATALOGUE

SPACE = UUID("2f6b5c64-7d1e-4f0f-9d84-3c6a3c3a8f11")
CAMPAIGN, UNIT, AUTHORITY = (uuid5(SPACE, name) for name in ("campaign", "unit", "authority"))
OFFICER, HEAD, DIRECTOR = (uuid5(SPACE, name) for name in ("officer", "head", "director"))
PERIOD = Period(start=date(2024, 11, 10), end=date(2025, 12, 31))
AWARD = "merit_certificate_dg"
YEAR_END = date(2024, 12, 30)
NOMINATION_ID = id_of(CAMPAIGN, AWARD, UNIT, 2024)


def rule_on(day: date, award: str = AWARD) -> AwardRule:
    """The rule that must be there."""
    rule = CATALOGUE.rule(award, day)
    if rule is None:
        raise LookupError(award)
    return rule


RULE = rule_on(YEAR_END)


def paper(kind: str, number: int = 1) -> DossierDocument:
    """A made-up paper of a kind."""
    return DossierDocument(kind=kind, title=f"Văn bản {number}", sha256=f"{number:064x}")


def draft(award: str = AWARD, year: int | None = 2024) -> DraftNomination:
    """Propose the unit."""
    return DraftNomination(campaign_id=CAMPAIGN, unit_id=UNIT, award=award, year=year)


def add(kind: str, number: int = 1) -> AddDocument:
    """Put a paper of a kind into the dossier."""
    return AddDocument(document=paper(kind, number))


def target(indicator: str, year: int, *, attained: bool | None) -> PledgedTarget:
    """A confirmed target and what became of it."""
    return PledgedTarget(indicator=indicator, year=year, attained=attained)


MET = (
    target("health_insurance_coverage", 2024, attained=True),
    target("social_insurance_coverage", 2024, attained=True),
    target("health_insurance_coverage", 2025, attained=None),
)


SUBMIT = SubmitNomination()


def nomination(
    *history: Event, rule: AwardRule | None = RULE, targets: tuple[PledgedTarget, ...] = MET
) -> Given[NominationCommand, Nomination, NominationEvent, Known]:
    """A nomination's stream, the award's rule, and what became of the unit's confirmed targets."""
    return given(NOMINATION, *history).knowing(Known(rule, PERIOD, targets))


def drafted(year: int | None = 2024, award: str = AWARD) -> NominationDrafted:
    """The officer has proposed the unit."""
    return NominationDrafted(
        nomination_id=id_of(CAMPAIGN, award, UNIT, year),
        campaign_id=CAMPAIGN,
        unit_id=UNIT,
        award=award,
        year=year,
        drafted_by=OFFICER,
    )


DRAFTED = drafted()
COMPLETE = (
    DRAFTED,
    *(
        DossierDocumentAdded(nomination_id=NOMINATION_ID, document=paper(kind))
        for kind in ("submission_letter", "minutes", "achievement_report")
    ),
)
SUBMITTED = NominationSubmitted(
    nomination_id=NOMINATION_ID,
    campaign_id=CAMPAIGN,
    unit_id=UNIT,
    award=AWARD,
    year=2024,
    attained=2,
    rule="merit_certificate_dg@98/2023",
)
SIGNED = date(2024, 12, 31)
NUMBER = "123/QĐ-BHXH"
BASIS = LegalBasis(number="4225/BHXH-TĐKT", issued_on=date(2024, 11, 10))
ISSUED = DecisionIssued(
    decision_id=decision_id(AUTHORITY, NUMBER, SIGNED),
    number=NUMBER,
    signed_on=SIGNED,
    authority_id=AUTHORITY,
    award=AWARD,
    nominations=(NOMINATION_ID,),
    legal_bases=(Document(number=BASIS.number, issued_on=BASIS.issued_on),),
)
GRANTED = AwardGranted(
    nomination_id=NOMINATION_ID,
    decision_id=ISSUED.decision_id,
    decision_number=NUMBER,
    campaign_id=CAMPAIGN,
    unit_id=UNIT,
    award=AWARD,
)
