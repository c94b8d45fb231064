"""A campaign pack: an official document that launches a campaign, transcribed; and how a pack file is read."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.facts.core_yaml import Alias, CoreLoader
from chassis.facts.decider import Rejected
from chassis.facts.input import field_errors
from chassis.facts.kinds import Day, Line, Truth
from contracts.campaigns import CampaignKind, CampaignLevel, Terms
from contracts.values import RegistrationOrder, UnitKind
from services.campaigns.domain.pack_parts import (
    PackDocument,
    PackGoal,
    PackLinkedCampaign,
    PackMilestone,
    PackPeriod,
    PackPlanPeriod,
    PackRecipient,
    PackRelation,
    PackResponsibility,
    PackReward,
    PackSignature,
)
from services.campaigns.domain.pack_review_rules import faults_of_reviews
from services.campaigns.domain.pack_reviews import PackReview
from services.campaigns.domain.pack_rules import (
    Fault,
    faults_of_duties,
    faults_of_frame,
    faults_of_goals,
    faults_of_relations,
    faults_of_surroundings,
)

_MOST = 200
"""Items of one list: far more than any campaign has, far less than an event may hold."""


class Pack(BaseModel):
    """All that a campaign says: the fields of its `Terms`, unknown ones refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    theme: Annotated[str, Line(2000, name=True)]
    kind: CampaignKind
    level: CampaignLevel
    period: PackPeriod
    document: PackDocument
    legal_bases: tuple[PackDocument, ...] = Field(default=(), max_length=_MOST)
    units: tuple[UnitKind, ...] = Field(max_length=_MOST)
    goals: tuple[PackGoal, ...] = Field(max_length=_MOST)
    linked_campaigns: tuple[PackLinkedCampaign, ...] = Field(default=(), max_length=_MOST)
    addressees: tuple[PackRecipient, ...] = Field(default=(), max_length=_MOST)
    copy_recipients: tuple[PackRecipient, ...] = Field(default=(), max_length=_MOST)
    register_before: Day | None = None
    refuse_late: Truth = False
    persons_register: Truth = False
    aliases: tuple[Annotated[str, Line(300, name=True)], ...] = Field(default=(), max_length=_MOST)
    relations: tuple[PackRelation, ...] = Field(default=(), max_length=_MOST)
    milestones: tuple[PackMilestone, ...] = Field(default=(), max_length=_MOST)
    plan_periods: tuple[PackPlanPeriod, ...] = Field(default=(), max_length=_MOST)
    responsibilities: tuple[PackResponsibility, ...] = Field(default=(), max_length=_MOST)
    rewards: tuple[PackReward, ...] = Field(default=(), max_length=_MOST)
    signed_by: PackSignature | None = None
    registration_order: RegistrationOrder = RegistrationOrder.DIRECT
    document_id: UUID | None = None
    reviews: tuple[PackReview, ...] = Field(default=(), max_length=20)

    def faults(self) -> Iterator[Fault]:
        """Rules that this pack breaks."""
        start, end = self.period.start, self.period.end
        yield from faults_of_frame(self.code, start, end, self.units)
        yield from faults_of_goals(self.goals, start, end)
        yield from faults_of_relations(self.code, [(each.kind, each.code) for each in self.relations])
        yield from faults_of_duties(self.responsibilities)
        yield from faults_of_surroundings(self.plan_periods, self.milestones, self.rewards)
        yield from faults_of_reviews(self.reviews)


class PackRefused(Rejected):
    """A pack file cannot be used; `faults` names everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(
            "pack-refused",
            f"Gói phong trào có {len(faults)} lỗi; hãy sửa từng lỗi được nêu rồi kiểm tra lại.",
            f"Faults of the campaign pack: {len(faults)}; correct each one listed, then check it again.",
        )


def pack_of(terms: Terms) -> Pack:
    """The pack that says what a campaign says now, to be amended."""
    return Pack.model_validate(
        terms.model_dump(exclude={"campaign_id": True, "relations": {"__all__": {"campaign_id"}}})
    )


def load_pack(text: str | bytes) -> Pack:
    """The pack that a YAML text (UTF-8) describes; raises PackRefused with every fault, each with its line."""
    try:
        text = text if isinstance(text, str) else text.decode()
        root = yaml.compose(text, Loader=CoreLoader)
        data = yaml.load(text, Loader=CoreLoader)  # noqa: S506 - it makes plain values only
    except Alias as error:
        raise PackRefused((_alias(error.problem_mark.line + 1 if error.problem_mark else 0),)) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a number of thousands of digits
        raise PackRefused((_unreadable(error),)) from None
    lines: dict[str, int] = {}
    faults = list(_walk(root, "", lines))
    try:
        pack = Pack.model_validate(data)
        faults += pack.faults()
    except ValidationError as error:
        faults += [
            Fault(fault["type"].replace("_", "-"), said.field, said.vi, said.en)
            for fault in error.errors(include_url=False, include_input=False)
            for said in field_errors([{**fault, "loc": ("pack", *fault["loc"])}])
        ]
    if faults:
        raise PackRefused(tuple(replace(fault, line=fault.line or _line(fault.path, lines)) for fault in faults))
    return pack


def _alias(line: int) -> Fault:
    return Fault(
        "yaml-alias",
        "",
        "Tệp dùng bí danh (*) của YAML; hãy viết đầy đủ nội dung tại chỗ.",
        "The file uses a YAML alias (*); write the content out in its place.",
        line,
    )


def _unreadable(error: Exception) -> Fault:
    if isinstance(error, UnicodeDecodeError):
        return Fault(
            "text-not-utf8",
            "",
            "Tệp không phải văn bản UTF-8; hãy lưu lại tệp với bảng mã UTF-8.",
            "The file is not UTF-8 text; save it again as UTF-8.",
        )
    mark = getattr(error, "problem_mark", None)
    return Fault(
        "yaml-malformed",
        "",
        "Tệp không phải YAML hợp lệ; hãy sửa chỗ được nêu.",
        f"The file is not valid YAML ({getattr(error, 'problem', None) or error}); correct the place named.",
        mark.line + 1 if mark else None,
    )


def _walk(node: yaml.Node | None, path: str, lines: dict[str, int]) -> Iterator[Fault]:
    """Note the line of every path; what YAML would overwrite silently, a repeated key, is a fault."""
    if node is None:
        return
    lines.setdefault(path, node.start_mark.line + 1)
    children: list[tuple[Any, yaml.Node]] = []
    if isinstance(node, yaml.MappingNode):
        children = [(key.value, value) for key, value in node.value]
        for number, (key, _) in enumerate(node.value):
            place = f"{path}.{key.value}".lstrip(".")
            if key.value in (name for name, _ in children[:number]):
                yield Fault(
                    "key-repeated",
                    place,
                    "Trường này được nêu hai lần; hãy bỏ bớt một.",
                    "This field stands twice; remove one.",
                    key.start_mark.line + 1,
                )
            lines[place] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        children = list(enumerate(node.value))
    for name, child in children:
        yield from _walk(child, f"{path}.{name}".lstrip("."), lines)


def _line(path: str, lines: dict[str, int]) -> int | None:
    """Line of a path, or of the nearest thing around it: a missing field has none of its own."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path)
