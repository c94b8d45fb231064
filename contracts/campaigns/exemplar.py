"""Events of an exemplar (điển hình tiên tiến): from identification to replication or withdrawal. Source: S001-13."""

from uuid import UUID

from contracts.campaigns.base import CampaignsEvent
from contracts.campaigns.publicity import Medium
from contracts.exact import Count, Day


class OfExemplar(CampaignsEvent):
    """What all facts about an exemplar say: whose it is; a person of the unit by id alone, else the unit itself."""

    exemplar_id: UUID
    unit_id: UUID
    campaign_id: UUID | None = None
    person_id: UUID | None = None


class ExemplarIdentified(OfExemplar):
    """A unit has found a model: what it does, and evidence by the hash of its files."""

    title: str
    merit: str
    evidence: tuple[str, ...] = ()


class ExemplarAcclaimed(OfExemplar):
    """The collective has acclaimed it (suy tôn): so many were present, so many were for it."""

    held_on: Day
    present: Count
    votes_for: Count


class ExemplarNurtured(OfExemplar):
    """Something is done so that it grows."""

    measure: str


class ExemplarPublicised(OfExemplar):
    """It was made known: where, when, and where it can be read."""

    outlet: str
    published_on: Day
    link: str = ""
    medium: Medium = Medium.ARTICLE


class ExemplarReplicated(OfExemplar):
    """Another unit has taken the model over."""

    in_unit_id: UUID
    since: Day


class ExemplarRefused(OfExemplar):
    """It is not found to be a model."""

    reason: str


class ExemplarWithdrawn(OfExemplar):
    """It is a model no longer, such as after discipline: whatever made it known comes down."""

    reason: str


ExemplarEvent = (
    ExemplarIdentified
    | ExemplarAcclaimed
    | ExemplarNurtured
    | ExemplarPublicised
    | ExemplarReplicated
    | ExemplarRefused
    | ExemplarWithdrawn
)
"""What may stand in the stream of an exemplar: its `evolve` answers to each."""
