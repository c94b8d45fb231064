"""What a review of a campaign pack must obey beyond the form of its fields; each broken rule is one fault."""

from collections.abc import Iterable, Iterator, Sequence

from contracts.campaigns import AnnexColumn, AnnexTable, ColumnKind, OutlineSection
from services.campaigns.domain.pack_reviews import PackReview
from services.campaigns.domain.pack_rules import Fault


def faults_of_reviews(reviews: Sequence[PackReview]) -> Iterator[Fault]:
    """Faults of a pack's reviews, in their order. Source: S003-12 … S003-14, A10."""
    for number in _repeated(each.code for each in reviews):
        yield Fault(
            "review-repeated",
            f"reviews.{number}.code",
            f"Đợt báo cáo “{reviews[number].code}” được nêu hai lần; hãy đặt mã khác hoặc bỏ bớt một.",
            f"The review {reviews[number].code} stands twice; give it another code or remove one.",
        )
    for number, review in enumerate(reviews):
        place = f"reviews.{number}"
        yield from _faults_of_frame(review, place)
        yield from _faults_of_outline(review, place)
        yield from _faults_of_annexes(review, place)


def _repeated(keys: Iterable[str]) -> Iterator[int]:
    """Places of what stood before already."""
    seen: set[str] = set()
    for number, key in enumerate(keys):
        if key in seen:
            yield number
        seen.add(key)


def _faults_of_frame(review: PackReview, place: str) -> Iterator[Fault]:
    start, end = review.period.start, review.period.end
    if end < start:
        yield Fault(
            "period-end-before-start",
            f"{place}.period.end",
            f"Ngày kết thúc {end:%d/%m/%Y} trước ngày bắt đầu {start:%d/%m/%Y}; hãy sửa lại giai đoạn.",
            f"The period ends on {end} before it starts on {start}; correct the period.",
        )
    if not review.unit_kinds:
        yield Fault(
            "review-audience-empty",
            f"{place}.unit_kinds",
            "Chưa nêu loại đơn vị phải báo cáo; hãy bổ sung ít nhất một loại.",
            "No kind of unit is asked to report; name at least one.",
        )
    if any(not kind.takes_part for kind in review.unit_kinds):
        yield Fault(
            "audience-outside",
            f"{place}.unit_kinds",
            "Cơ quan ngoài ngành chỉ nhận văn bản, không báo cáo; hãy bỏ loại outside_body.",
            "Outside bodies receive papers and do not report; remove outside_body.",
        )


def _faults_of_outline(review: PackReview, place: str) -> Iterator[Fault]:
    for number in _repeated(each.key for each in review.outline):
        yield Fault(
            "section-repeated",
            f"{place}.outline.{number}.key",
            f"Mục “{review.outline[number].key}” được nêu hai lần; hãy đặt ký hiệu khác.",
            f"The section {review.outline[number].key} stands twice; give it another key.",
        )
    for number, section in enumerate(review.outline):
        if section.unit_kinds and not set(section.unit_kinds) & set(review.unit_kinds):
            yield Fault(
                "section-for-nobody",
                f"{place}.outline.{number}.unit_kinds",
                f"Mục “{section.key}” dành cho loại đơn vị không phải báo cáo đợt này; hãy sửa loại đơn vị.",
                f"The section {section.key} is for kinds of units that are not asked to report; correct the kinds.",
            )
    for kind in review.unit_kinds:
        if not (review.annexes or any(_filled_by(section, kind) for section in review.outline)):
            yield Fault(
                "nothing-to-report",
                f"{place}.unit_kinds",
                f"Loại đơn vị {kind.value} không có mục hay phụ lục nào để điền; hãy bổ sung đề cương.",
                f"Units of the kind {kind.value} have no section and no annex to fill; add to the outline.",
            )


def _filled_by(section: OutlineSection, kind: str) -> bool:
    return not section.heading and (not section.unit_kinds or kind in section.unit_kinds)


def _faults_of_annexes(review: PackReview, place: str) -> Iterator[Fault]:
    for number in _repeated(each.key for each in review.annexes):
        yield Fault(
            "annex-repeated",
            f"{place}.annexes.{number}.key",
            f"Phụ lục “{review.annexes[number].key}” được nêu hai lần; hãy đặt khóa khác.",
            f"The annex {review.annexes[number].key} stands twice; give it another key.",
        )
    for number, table in enumerate(review.annexes):
        yield from _faults_of_years(review, table, f"{place}.annexes.{number}")
        yield from _faults_of_columns(table.columns, f"{place}.annexes.{number}")


def _faults_of_years(review: PackReview, table: AnnexTable, place: str) -> Iterator[Fault]:
    first, last = review.period.start.year, review.period.end.year
    if table.last_year < table.first_year:
        yield Fault(
            "annex-ends-before-start",
            f"{place}.last_year",
            f"Phụ lục kết thúc năm {table.last_year}, trước năm bắt đầu {table.first_year}; hãy sửa lại.",
            f"The annex ends in {table.last_year}, before it starts in {table.first_year}; correct it.",
        )
    elif first <= last and not (first <= table.first_year and table.last_year <= last):
        yield Fault(
            "annex-year-outside-period",
            f"{place}.first_year",
            f"Phụ lục có năm {table.first_year} - {table.last_year} ngoài giai đoạn {first} - {last}; hãy sửa lại.",
            f"The annex has years {table.first_year} - {table.last_year} outside the period; correct them.",
        )


def _faults_of_columns(columns: Sequence[AnnexColumn], place: str) -> Iterator[Fault]:
    for number in _repeated(each.key for each in columns):
        yield Fault(
            "column-repeated",
            f"{place}.columns.{number}.key",
            f"Cột “{columns[number].key}” được nêu hai lần; hãy đặt khóa khác.",
            f"The column {columns[number].key} stands twice; give it another key.",
        )
    for number, column in enumerate(columns):
        modes = [each for each in columns if each.group and each.group == column.group and not each.mode_unknown]
        if column.mode_unknown and (column.kind is not ColumnKind.COUNT or not modes):
            yield Fault(
                "mode-without-group",
                f"{place}.columns.{number}.group",
                f"Cột “{column.name}” chưa rõ hình thức nên phải là số đếm (count), cùng nhóm với các hình thức;"
                " hãy sửa group và kind. (A10)",
                f"The column {column.key} has no mode, so it is a count in one group with the modes;"
                " correct group and kind. (A10)",
            )
