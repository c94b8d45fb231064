"""Nomination: a unit proposed for an award for its part in a campaign, with its dossier. One per award and year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from chassis.facts.decider import Command, Context, Decider, Rejected, hand
from chassis.facts.offers import offered
from contracts.awards import (
    AwardGranted,
    DossierDocument,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationFlagged,
    NominationSubmitted,
)
from contracts.values import Period
from services.awards.domain.catalogue import AwardRule, award_unknown


class PledgedTarget(BaseModel):
    """A confirmed target of the nominee; `attained` is None as long as no verified result is known."""

    model_config = ConfigDict(frozen=True)

    indicator: str
    year: int
    attained: bool | None


class DraftNomination(Command):
    """Propose a unit for an award, for what it reached in a campaign by the end of `year` (None: in all of it)."""

    campaign_id: UUID
    unit_id: UUID
    award: str
    year: int | None


@offered(
    vi="Bổ sung giấy tờ vào hồ sơ",
    en="Add a paper to the dossier",
    trials=lambda _, known: (
        AddDocument(document=DossierDocument(kind=part.kind, title=part.name, sha256="0" * 64))
        for part in (known.rule.parts if known.rule else ())
    ),
)
class AddDocument(Command):
    """Put a paper into the dossier."""

    document: DossierDocument


@offered(vi="Nộp hồ sơ đề nghị khen thưởng", en="Send the dossier in")
class SubmitNomination(Command):
    """Send the dossier in; submitting it again changes nothing."""


class GrantAward(Command):
    """Honour the nominee by a decision that was issued."""

    nomination_id: UUID
    decision_id: UUID
    decision_number: str


class FlagNomination(Command):
    """Note that a report of the unit was corrected, after the nomination had been sent in. Source: B19."""

    report_id: UUID
    review_id: UUID
    revision: int


NominationCommand = DraftNomination | AddDocument | SubmitNomination | FlagNomination | GrantAward


class Status(StrEnum):
    """How far a nomination has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Nomination:
    """What is proposed (None: nothing yet), how far it has come, and the dossier's papers by kind and sha256.

    `decision` is the one that granted it. `hands`: all who have drafted it, put a paper into it or sent it in. `flags`:
    reports that were corrected since, with the revision.
    """

    proposal: NominationDrafted | None = None
    status: Status = Status.DRAFT
    papers: frozenset[tuple[str, str]] = frozenset()
    decision: UUID | None = None
    hands: frozenset[UUID] = frozenset()
    flags: frozenset[tuple[UUID, int]] = frozenset()


def nomination_id(campaign_id: UUID, award: str, unit_id: UUID, year: int | None) -> UUID:
    """Id of the one nomination of a unit for an award in a campaign, by year of assessment."""
    return uuid5(campaign_id, f"nomination/{award}/{unit_id}/{year}")


@dataclass(frozen=True, slots=True)
class Known:
    """The award's rule today, None for an unknown award; the campaign's period; the unit's confirmed targets."""

    rule: AwardRule | None = None
    period: Period | None = None
    targets: tuple[PledgedTarget, ...] = ()


def decide(
    command: NominationCommand, nomination: Nomination, known: Known, context: Context
) -> Sequence[NominationEvent]:
    """Complete dossiers of units that met every due target go in; what was submitted is granted once."""
    match command:
        case DraftNomination():
            return _draft(command, known, context) if nomination.proposal is None else []
        case AddDocument():
            return _add(command, nomination, _proposal(nomination), known.rule)
        case SubmitNomination():
            return _submit(nomination, _proposal(nomination), known, context)
        case FlagNomination():
            return _flag(command, nomination)
        case GrantAward():
            return _grant(command, nomination)
        case _:
            assert_never(command)


def _draft(command: DraftNomination, known: Known, context: Context) -> list[NominationEvent]:
    if known.rule is None:
        raise award_unknown(command.award)
    if known.period is None:
        raise campaign_unknown()
    if command.year is not None and command.year not in (years := known.period.years()):
        raise Rejected(
            "year-outside-campaign",
            f"Năm {command.year} nằm ngoài thời gian phong trào; hãy chọn năm từ {years[0]} đến {years[-1]}.",
            f"The campaign does not touch the year {command.year}; choose one from {years[0]} to {years[-1]}.",
        )
    asked = command.model_dump()
    key = nomination_id(command.campaign_id, command.award, command.unit_id, command.year)
    return [NominationDrafted(nomination_id=key, drafted_by=context.actor, **asked)]


def campaign_unknown() -> Rejected:
    """No campaign of this id was launched, or not yet heard of."""
    return Rejected(
        "campaign-unknown",
        "Không tìm thấy phong trào này; hãy kiểm tra lại mã, hoặc thử lại sau giây lát nếu vừa phát động.",
        "There is no such campaign; check its id, or try again shortly if it was only just launched.",
    )


def _proposal(nomination: Nomination) -> NominationDrafted:
    if nomination.proposal is None:
        raise Rejected(
            "nomination-unknown",
            "Chưa có đề nghị khen thưởng này; hãy lập đề nghị trước.",
            "There is no such nomination; draft it first.",
        )
    return nomination.proposal


def _add(
    command: AddDocument, nomination: Nomination, proposal: NominationDrafted, rule: AwardRule | None
) -> list[NominationEvent]:
    paper = command.document
    if (paper.kind, paper.sha256) in nomination.papers:
        return []
    if nomination.status is not Status.DRAFT:
        raise Rejected(
            "nomination-already-submitted",
            "Hồ sơ đã nộp nên không sửa được nữa; hãy liên hệ nơi nhận hồ sơ.",
            "The dossier was sent in and cannot be changed any more; turn to those who received it.",
        )
    if rule is None:
        raise award_unknown(proposal.award)
    wanted = {part.kind: part.name for part in rule.parts}
    if paper.kind not in wanted:
        named = "; ".join(f"{name} ({kind})" for kind, name in wanted.items())
        raise Rejected(
            "document-kind-unknown",
            f"Hồ sơ không có loại giấy tờ “{paper.kind}”; hãy chọn một trong: {named}.",
            f"The dossier has no papers of the kind {paper.kind}; choose one of {', '.join(wanted)}.",
            rule.source,
        )
    return [DossierDocumentAdded(nomination_id=proposal.nomination_id, document=paper)]


def _submit(
    nomination: Nomination, proposal: NominationDrafted, known: Known, context: Context
) -> list[NominationEvent]:
    if nomination.status is not Status.DRAFT:
        return []
    if known.rule is None:
        raise award_unknown(proposal.award)
    if missing := known.rule.missing({kind for kind, _ in nomination.papers}):
        raise Rejected(
            "dossier-incomplete",
            f"Hồ sơ còn thiếu: {'; '.join(part.name for part in missing)}; hãy bổ sung rồi nộp lại.",
            f"The dossier lacks {', '.join(part.kind for part in missing)}; add it and submit again.",
            "S003-9",
        )
    due = [target for target in known.targets if proposal.year is None or target.year <= proposal.year]
    _check_attained(due)
    return [
        NominationSubmitted(
            nomination_id=proposal.nomination_id,
            campaign_id=proposal.campaign_id,
            unit_id=proposal.unit_id,
            award=proposal.award,
            year=proposal.year,
            attained=len(due),
            rule=known.rule.id,
            submitted_by=context.actor,
        )
    ]


def _check_attained(due: Sequence[PledgedTarget]) -> None:
    """Only who met or exceeded every registered target that is due may be proposed. Source: S003-6."""
    if not due:
        raise Rejected(
            "targets-not-registered",
            "Đơn vị chưa có chỉ tiêu đăng ký nào được xác nhận; hãy đăng ký và xác nhận chỉ tiêu trước.",
            "The unit has no confirmed target that is due; register targets and have them confirmed first.",
            "S003-6",
        )
    if unknown := _named(due, attained=None):
        raise Rejected(
            "targets-not-verified",
            f"Chưa có kết quả xác nhận cho chỉ tiêu: {unknown}; hãy báo cáo và đề nghị xác nhận trước khi nộp.",
            f"There is no verified result for {unknown}; report it and have it verified before you submit.",
            "S003-6",
        )
    if missed := _named(due, attained=False):
        raise Rejected(
            "targets-not-attained",
            f"Chỉ tiêu đã đăng ký chưa đạt: {missed}; chỉ đề nghị khi mọi chỉ tiêu đến hạn đều đạt hoặc vượt.",
            f"Registered targets were missed: {missed}; propose the unit once every due target is met or exceeded.",
            "S003-6",
        )


def _named(targets: Sequence[PledgedTarget], *, attained: bool | None) -> str:
    return ", ".join(f"{target.indicator} {target.year}" for target in targets if target.attained is attained)


def _flag(command: FlagNomination, nomination: Nomination) -> list[NominationEvent]:
    """A draft is sent in with the figures that count then; what was sent in, granted too, is flagged and stays."""
    proposal = nomination.proposal
    known = (command.report_id, command.revision) in nomination.flags
    if proposal is None or nomination.status is Status.DRAFT or known:
        return []
    whose = proposal.model_dump(include={"nomination_id", "campaign_id", "unit_id"})
    return [NominationFlagged(**whose, **command.model_dump())]


def _grant(command: GrantAward, nomination: Nomination) -> list[NominationEvent]:
    proposal = nomination.proposal
    if proposal is None or nomination.status is Status.DRAFT:
        raise Rejected(
            "not-submitted",
            "Đề nghị khen thưởng chưa được nộp; hãy nộp hồ sơ trước.",
            "The nomination was not submitted; submit its dossier first.",
        )
    if nomination.decision == command.decision_id:
        return []
    match nomination.status:
        case Status.SUBMITTED:
            pass
        case Status.GRANTED:
            raise already_granted(command.nomination_id)
        case _:
            assert_never(nomination.status)
    return [AwardGranted(**command.model_dump(), **proposal.model_dump(include={"campaign_id", "unit_id", "award"}))]


def already_granted(nomination: UUID) -> Rejected:
    """One nomination is granted by one decision."""
    return Rejected(
        "already-granted",
        f"Đề nghị {nomination} đã được khen thưởng; hãy bỏ khỏi danh sách.",
        f"Nomination {nomination} has been honoured already; leave it out.",
    )


def evolve(nomination: Nomination, event: NominationEvent) -> Nomination:
    """State after one more fact."""
    match event:
        case NominationDrafted(drafted_by=person):
            return Nomination(event, hands=hand(person))
        case DossierDocumentAdded(document=paper):
            return replace(nomination, papers=nomination.papers | {(paper.kind, paper.sha256)})
        case NominationSubmitted(submitted_by=person):
            return replace(nomination, status=Status.SUBMITTED, hands=nomination.hands | hand(person))
        case NominationFlagged(report_id=report, revision=revision):
            return replace(nomination, flags=nomination.flags | {(report, revision)})
        case AwardGranted(decision_id=decision):
            return replace(nomination, status=Status.GRANTED, decision=decision)
        case _:
            assert_never(event)


def signed(nomination: Nomination, event: NominationEvent, actor: UUID) -> Nomination:
    """The nomination once it is known who caused an event: whoever worked on the dossier is one of its hands."""
    if isinstance(event, AwardGranted | NominationFlagged):
        return nomination
    return replace(nomination, hands=nomination.hands | {actor})


NOMINATION: Final[Decider[NominationCommand, Nomination, NominationEvent, Known]] = Decider(
    "nomination", Nomination(), decide, evolve, signed
)
