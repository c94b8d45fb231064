"""What a campaign pack must obey beyond the form of its fields; each broken rule is one fault."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from chassis.facts.kinds import is_figure
from contracts.campaigns import Milestone, MilestoneKind, PlanPeriod, RelationKind, Responsibility, Reward, RewardKind
from contracts.values import Goal, Measure, UnitKind

_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_CODE: Final = 60
_REVIEWS: Final = {MilestoneKind.INTERIM_REVIEW, MilestoneKind.FINAL_REVIEW}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a pack: where (`path` as in `goals.0.year`, `line` from 1), and what to do."""

    code: str
    path: str
    vi: str
    en: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.path}, line {self.line}" if self.line else self.path
        return f"{place}: {self.vi} ({self.en})"


def faults_of_frame(code: str, start: date, end: date, units: Sequence[UnitKind]) -> Iterator[Fault]:
    """Faults of a pack's code, period and audience."""
    if len(code) > _LONGEST_CODE or not _CODE.fullmatch(code):
        yield Fault(
            "campaign-code-malformed",
            "code",
            "Mã phong trào chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối, tối đa 60 ký tự; hãy sửa lại mã.",
            "A campaign's code has lower-case letters, digits and hyphens, at most 60; correct the code.",
        )
    if end < start:
        yield Fault(
            "period-end-before-start",
            "period.end",
            f"Ngày kết thúc {end:%d/%m/%Y} trước ngày bắt đầu {start:%d/%m/%Y}; hãy sửa lại giai đoạn.",
            f"The period ends on {end} before it starts on {start}; correct the period.",
        )
    if not units:
        yield Fault(
            "audience-empty",
            "units",
            "Chưa nêu đối tượng hưởng ứng phong trào; hãy bổ sung ít nhất một loại đơn vị.",
            "No kind of unit is asked to take part; name at least one.",
        )
    if any(not kind.takes_part for kind in units):
        yield Fault(
            "audience-outside",
            "units",
            "Cơ quan ngoài ngành chỉ nhận văn bản, không tham gia phong trào; hãy bỏ loại outside_body.",
            "Outside bodies receive papers and take no part in a campaign; remove outside_body.",
        )


def faults_of_goals(goals: Sequence[Goal], start: date, end: date) -> Iterator[Fault]:
    """Faults of a pack's goals, in their order."""
    seen: set[tuple[str, int]] = set()
    for number, goal in enumerate(goals):
        if start <= end and not start.year <= goal.year <= end.year:
            yield Fault(
                "goal-year-outside-period",
                f"goals.{number}.year",
                f"Mục tiêu “{goal.name}” năm {goal.year} nằm ngoài giai đoạn {start.year} - {end.year};"
                " hãy sửa năm hoặc giai đoạn.",
                f"The goal {goal.indicator} of {goal.year} lies outside the period; correct the year or the period.",
            )
        if (goal.indicator, goal.year) in seen:
            yield Fault(
                "goal-repeated",
                f"goals.{number}.indicator",
                f"Mục tiêu “{goal.name}” năm {goal.year} được nêu hai lần; hãy bỏ bớt một.",
                f"The goal {goal.indicator} for {goal.year} stands twice; remove one.",
            )
        seen.add((goal.indicator, goal.year))
        if not is_figure(goal.value):
            yield Fault(
                "goal-value-out-of-bounds",
                f"goals.{number}.value",
                f"Mục tiêu “{goal.name}” phải nhỏ hơn 1 tỷ và có tối đa 6 chữ số thập phân; hãy nhập lại giá trị.",
                f"The goal {goal.indicator} lies below 1,000,000,000 with at most 6 decimal places; enter it again.",
            )
        elif goal.measure is Measure.SHARE and not goal.measure.allows(goal.value):
            yield Fault(
                "goal-share-out-of-range",
                f"goals.{number}.value",
                f"Mục tiêu “{goal.name}” là tỷ lệ nên phải từ 0 đến 100 %; hãy nhập lại giá trị.",
                f"The goal {goal.indicator} is a share, so it lies within 0 and 100 %; enter the value again.",
            )


def faults_of_relations(code: str, relations: Sequence[tuple[RelationKind, str]]) -> Iterator[Fault]:
    """Faults of a pack's relations that can be seen without looking at other campaigns. Source: A19."""
    for number, (kind, other) in enumerate(relations):
        if other == code:
            yield Fault(
                "relation-to-itself",
                f"relations.{number}.code",
                "Phong trào không thể liên kết với chính mình; hãy sửa mã hoặc bỏ dòng này.",
                "A campaign has no relation to itself; correct the code or remove the entry.",
            )
        if (kind, other) in relations[:number]:
            yield Fault(
                "relation-repeated",
                f"relations.{number}",
                "Mối liên hệ này được nêu hai lần; hãy bỏ bớt một.",
                "This relation stands twice; remove one.",
            )
    if sum(kind is RelationKind.STAGE_AFTER for kind, _ in relations) > 1:
        yield Fault(
            "stages-before",
            "relations",
            "Phong trào chỉ nối tiếp một giai đoạn trước; hãy giữ lại một dòng stage_after.",
            "A campaign follows one stage only; keep one entry stage_after.",
        )


def faults_of_duties(duties: Sequence[Responsibility]) -> Iterator[Fault]:
    """Faults of who does what: where duties are named, somebody answers for the whole. Source: S001-17."""
    if duties and not any(each.answers for each in duties):
        yield Fault(
            "nobody-answers",
            "responsibilities",
            "Chưa nêu ai chịu trách nhiệm chung; hãy ghi answers: true ở dòng của người đứng đầu. (S001-17)",
            "Nobody is named who answers for the whole; write answers: true at the head's entry. (S001-17)",
        )


def faults_of_surroundings(
    plans: Sequence[PlanPeriod], milestones: Sequence[Milestone], rewards: Sequence[Reward]
) -> Iterator[Fault]:
    """Faults of what stands around the goals: years of plans, milestones, rewards."""
    kinds = [each.kind for each in milestones]
    if MilestoneKind.NEXT_STAGE in kinds and not _REVIEWS & {*kinds[: kinds.index(MilestoneKind.NEXT_STAGE)]}:
        yield Fault(
            "next-stage-before-review",
            f"milestones.{kinds.index(MilestoneKind.NEXT_STAGE)}",
            "Giai đoạn tiếp theo chỉ phát động sau sơ kết, tổng kết; hãy nêu sơ kết hoặc tổng kết trước. (S001-16)",
            "The next stage is launched after a review; name an interim or final review before it. (S001-16)",
        )
    for number, plan in enumerate(plans):
        if plan.last_year < plan.first_year:
            yield Fault(
                "plan-ends-before-start",
                f"plan_periods.{number}.last_year",
                f"Kế hoạch kết thúc năm {plan.last_year}, trước năm bắt đầu {plan.first_year}; hãy sửa lại.",
                f"The plan ends in {plan.last_year}, before it starts in {plan.first_year}; correct it.",
            )
    for number, each in enumerate(milestones):
        if each.kind is MilestoneKind.ANNIVERSARY and (each.day is None or each.since is None):
            yield Fault(
                "anniversary-without-day",
                f"milestones.{number}",
                f"Ngày kỷ niệm “{each.name}” cần có ngày (day) và ngày gốc (since); hãy bổ sung.",
                "An anniversary has a day and the day since which it is counted; add them.",
            )
    for number, reward in enumerate(rewards):
        if reward.ground_of_merit and reward.kind is not RewardKind.MERIT:
            yield Fault(
                "reward-no-ground-of-merit",
                f"rewards.{number}.ground_of_merit",
                f"“{reward.name}” là khen thưởng đột xuất hoặc chuyên đề, không làm căn cứ xét khen thưởng công trạng;"
                " hãy ghi ground_of_merit: false. (S001-24)",
                "Unexpected and thematic rewards stand beside yearly merit and are no ground of it;"
                " write ground_of_merit: false. (S001-24)",
            )
