"""What campaigns listens to: registry's roles, units and confirmed registrations; its own official figures."""

from collections.abc import Callable, Coroutine
from typing import Any, Final
from uuid import UUID, uuid5

from chassis.facts.decider import Context
from chassis.facts.envelope import Recorded
from chassis.organisation.duties import DUTIES
from chassis.organisation.organisation import ORGANISATION
from chassis.organisation.signing import SIGNING
from chassis.service.platform import Platform
from chassis.service.service import Learns
from chassis.stream.intake import Reaction, Subscription
from chassis.stream.topics import events_topic
from contracts.campaigns import ExemplarPublicised, ExemplarWithdrawn, ReportAccepted, UsedReport
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationOpened,
    RegistrationSubmitted,
    RegistrationTermsChanged,
)
from services.campaigns.domain.consolidating import consolidated, used_before
from services.campaigns.domain.deadline import DEADLINE
from services.campaigns.domain.exemplar import EXEMPLAR
from services.campaigns.domain.policies import (
    keep_the_deadline_of_a_registration,
    open_scorecard_when_a_registration_is_confirmed,
)
from services.campaigns.domain.publicity import (
    PUBLICITY,
    RequireTakingDown,
    note_what_makes_an_exemplar_known,
)
from services.campaigns.domain.recomputing import OfficialFigure, known_by_an_official_figure
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_commands import NoteOutdated
from services.campaigns.domain.review import REVIEW, ConsolidateAgain, NoteReviewOutdated
from services.campaigns.domain.review import Known as KnownOfReview
from services.campaigns.domain.scorecard import SCORECARD, Known, Recompute
from services.campaigns.views import annexes, reports, scorecards

POLICY = "open_scorecard_when_a_registration_is_confirmed"
RECOMPUTE = "recompute_results_when_an_official_figure_is_stated"
DEADLINES = "keep_the_deadline_of_a_registration"
MADE_KNOWN = "keep_the_publicity_of_an_exemplar"
CORRECTED = "consolidate_again_when_a_correction_is_accepted"


REGISTRY: Final = (events_topic("registry"),)
OWN: Final = (events_topic("campaigns"),)
LEARNS: Final[tuple[Learns, ...]] = ((ORGANISATION, REGISTRY), (DUTIES, REGISTRY), (SIGNING, REGISTRY))


def reactions(platform: Platform) -> list[Subscription]:
    """A confirmed registration opens the unit's scorecard; an opened one has a deadline, which a sent one meets.

    Where the campaign moves its day, the deadline follows.
    """

    async def open_card(recorded: Recorded[RegistrationConfirmed]) -> None:
        card, command = open_scorecard_when_a_registration_is_confirmed(recorded.data)
        context = recorded.following(uuid5(recorded.id, f"{POLICY}/{card}"), policy=f"campaigns/{POLICY}")
        await platform.executor.execute(SCORECARD, card, command, context, known=Known())

    async def keep(recorded: Recorded[RegistrationOpened | RegistrationTermsChanged | RegistrationSubmitted]) -> None:
        wanted = keep_the_deadline_of_a_registration(recorded.data, recorded.occurred_on)
        if wanted is None:
            return
        key, command, known = wanted
        context = recorded.following(uuid5(recorded.id, f"{DEADLINES}/{key}"), policy=f"campaigns/{DEADLINES}")
        await platform.executor.execute(DEADLINE, key, command, context, known=known)

    return [
        Subscription(Reaction(POLICY, open_card), REGISTRY),
        Subscription(Reaction(DEADLINES, keep), REGISTRY),
        Subscription(Reaction(RECOMPUTE, _recompute(platform)), OWN),
        Subscription(Reaction(MADE_KNOWN, _keep_publicity(platform)), OWN),
        Subscription(Reaction(CORRECTED, _consolidate_again(platform)), OWN),
    ]


def _recompute(platform: Platform) -> Callable[[Recorded[OfficialFigure]], Coroutine[Any, Any, None]]:
    """What was divided by another figure is divided by the official one, once it is stated or revised."""

    async def recompute(recorded: Recorded[OfficialFigure]) -> None:
        if (known := known_by_an_official_figure(recorded.data)) is None:
            return
        await platform.at_least(scorecards.SCORECARDS, min(recorded.position, await platform.store.head()))
        for card in await scorecards.of_unit(platform.pool, recorded.data.unit_id):
            context = recorded.following(uuid5(recorded.id, f"{RECOMPUTE}/{card}"), policy=f"campaigns/{RECOMPUTE}")
            await platform.executor.execute(SCORECARD, card, Recompute(), context, known=known)

    return recompute


def _keep_publicity(
    platform: Platform,
) -> Callable[[Recorded[ExemplarPublicised | ExemplarWithdrawn]], Coroutine[Any, Any, None]]:
    """What makes an exemplar known is publicity, and must come down once it is withdrawn. Source: S001-23, B22."""

    async def keep(recorded: Recorded[ExemplarPublicised | ExemplarWithdrawn]) -> None:
        event = recorded.data
        _, exemplar = await platform.executor.state(EXEMPLAR, event.exemplar_id)
        if exemplar.identified is None:
            return
        for each in (each for each in exemplar.done if isinstance(each, ExemplarPublicised)):
            key, command, known = note_what_makes_an_exemplar_known(each, exemplar.identified)
            context = recorded.following(uuid5(recorded.id, f"{MADE_KNOWN}/{key}"), policy=f"campaigns/{MADE_KNOWN}")
            await platform.executor.execute(PUBLICITY, key, command, context, known=known)
            if isinstance(event, ExemplarWithdrawn):
                down, name = RequireTakingDown(reason=event.reason), f"{MADE_KNOWN}/down/{key}"
                context = recorded.following(uuid5(recorded.id, name), policy=f"campaigns/{MADE_KNOWN}")
                await platform.executor.execute(PUBLICITY, key, down, context, known=None)

    return keep


def _consolidate_again(platform: Platform) -> Callable[[Recorded[ReportAccepted]], Coroutine[Any, Any, None]]:
    """A corrected figure makes the next version of what used it; what lacks a report is told so. Source: B19."""
    executor = platform.executor

    async def again(recorded: Recorded[ReportAccepted]) -> None:
        event = recorded.data

        def following(key: UUID) -> Context:
            return recorded.following(uuid5(recorded.id, f"{CORRECTED}/{key}"), policy=f"campaigns/{CORRECTED}")

        now = UsedReport(report_id=event.report_id, unit_id=event.unit_id, revision=event.revision)
        _, report = await executor.state(REPORT, event.report_id)
        if report.opened is not None and (above := report.opened.under) is not None:
            await executor.execute(REPORT, above, NoteOutdated(because=now), following(above), known=None)
            return
        key = event.review_id
        _, review = await executor.state(REVIEW, key)
        if review.opened is None:
            return
        if not used_before(review, event):
            await executor.execute(REVIEW, key, NoteReviewOutdated(because=now), following(key), known=None)
            return
        head = await platform.store.head()
        await platform.at_least(annexes.FIGURES, head)
        await platform.at_least(reports.REPORTS, head)
        found = consolidated(review.opened, await annexes.latest(platform.pool, key), len(review.units))
        command, known = ConsolidateAgain(because=event.report_id), KnownOfReview(consolidated=found)
        await executor.execute(REVIEW, key, command, following(key), known=known)

    return again
