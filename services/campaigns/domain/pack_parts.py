"""What a campaign pack is made of: the values of a campaign's terms as a file may give them, unknown fields refused."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.kinds import Day, Figure, Line, Truth, Year
from contracts.campaigns import (
    CopyRecipient,
    LinkedCampaign,
    Milestone,
    PlanPeriod,
    RelationKind,
    Responsibility,
    Reward,
    Signature,
)
from contracts.values import Document, Goal

_STRICT: Final = ConfigDict(frozen=True, extra="forbid")
_Words = Annotated[str, Line(100, shortest=0, name=True)]


class PackPeriod(BaseModel):
    """The campaign's first and last day."""

    model_config = _STRICT

    start: Day
    end: Day


class PackDocument(Document):
    """A document, unknown fields refused."""

    model_config = _STRICT

    number: Annotated[str, Line(60, name=True)]
    issued_on: Day
    title: Annotated[str, Line(1000, shortest=0, name=True)] = ""

    def fact(self) -> Document:
        """The document as facts hold it."""
        return Document.model_validate(self.model_dump())


class PackGoal(Goal):
    """A goal, unknown fields refused."""

    model_config = _STRICT

    name: Annotated[str, Line(300, name=True)]
    year: Year
    value: Figure
    wording: _Words = ""
    source: _Words = ""


class PackLinkedCampaign(LinkedCampaign):
    """A linked campaign, unknown fields refused."""

    model_config = _STRICT

    theme: Annotated[str, Line(1000, name=True)]
    document: PackDocument
    ends_on: Day | None = None


class PackRecipient(CopyRecipient):
    """A recipient, unknown fields refused."""

    model_config = _STRICT

    name: Annotated[str, Line(300, name=True)]
    as_addressed: Truth = False


class PackRelation(BaseModel):
    """A relation to another campaign of the platform, by that one's code. Source: A19."""

    model_config = _STRICT

    kind: RelationKind
    code: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class PackMilestone(Milestone):
    """A milestone, unknown fields refused. Source: S001-12, S001-16."""

    model_config = _STRICT

    name: Annotated[str, Line(300, name=True)]
    day: Day | None = None
    since: Day | None = None
    source: _Words = ""


class PackPlanPeriod(PlanPeriod):
    """Years of a plan, unknown fields refused. Source: S001-11, S001-18."""

    model_config = _STRICT

    first_year: Year
    last_year: Year
    source: _Words = ""


class PackResponsibility(Responsibility):
    """Who does what, unknown fields refused. Source: S001-17."""

    model_config = _STRICT

    who: Annotated[str, Line(300, name=True)]
    what: Annotated[str, Line(1000, name=True)]
    answers: Truth = False
    source: _Words = ""


class PackReward(Reward):
    """A kind of reward, unknown fields refused. Source: S001-24."""

    model_config = _STRICT

    name: Annotated[str, Line(300, name=True)]
    ground_of_merit: Truth = False
    source: _Words = ""


class PackSignature(Signature):
    """Who signed, by office; unknown fields refused. Source: M-1."""

    model_config = _STRICT

    place: _Words = ""
