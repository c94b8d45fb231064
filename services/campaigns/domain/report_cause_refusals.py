"""What the rules of causes, remedies and lessons say no to. Source: B17."""

from typing import Final

from chassis.facts.refusal import Refusal

CAUSE_UNKNOWN: Final = Refusal(
    "report-cause-unknown",
    "Báo cáo không có mục số {number} này; hãy chọn một mục đã ghi, hoặc để trống số để ghi mục mới.",
    "The report has no entry {number}; choose one that is there, or leave the number out for a new one.",
    "B17",
)
TOO_MANY_CAUSES: Final = Refusal(
    "report-causes-too-many",
    "Báo cáo đã có {most} mục cùng loại; hãy gộp những mục giống nhau.",
    "The report has {most} entries of this kind already; put those together that are alike.",
    "B17",
)
REMEDY_UNKNOWN: Final = Refusal(
    "remedy-not-of-an-earlier-report",
    "Biện pháp này không thuộc một báo cáo trước của đơn vị; hãy chọn trong danh sách biện pháp chưa kiểm điểm.",
    "No earlier report of the unit planned this remedy; choose one of those that are not checked yet.",
    "B17",
)
REMEDY_LATER: Final = Refusal(
    "remedy-before-its-report",
    "Ngày hoàn thành {day} đã qua khi lập báo cáo; hãy chọn một ngày sau ngày {opened} báo cáo được mở.",
    "The day {day} was over when the report was opened; choose one after {opened}.",
    "B17",
)
