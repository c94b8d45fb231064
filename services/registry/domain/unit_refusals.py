"""The refusals of units, with the sentences a person sees. Source: B1, B8."""

from typing import Final

from chassis.facts.refusal import Refusal

NOT_ESTABLISHED: Final = Refusal(
    "unit-not-established",
    "Chưa có đơn vị này; hãy chọn một đơn vị trong danh sách.",
    "There is no such unit; choose one from the list.",
)
ENDED: Final = Refusal(
    "unit-ended",
    "Đơn vị “{name}” không còn hoạt động từ ngày {day}; hãy chọn đơn vị đang hoạt động.",
    "The unit “{name}” is no more since {day}; choose one that still exists.",
    "B8",
)
NOT_IN_FORCE: Final = Refusal(
    "change-not-in-force",
    "Thay đổi này có hiệu lực từ ngày {day}; hãy nhập vào ngày đó hoặc sau ngày đó.",
    "This change is in force from {day} on; enter it on that day or later.",
)
BEFORE_LAST: Final = Refusal(
    "change-before-last-one",
    "Đơn vị đã có thay đổi từ ngày {day}; hãy chọn ngày không sớm hơn, hoặc rút thay đổi đó trước.",
    "The unit has changed as of {day}; choose that day or a later one, or withdraw that change first.",
)
ROOT_STAYS: Final = Refusal(
    "root-stays",
    "Đơn vị cao nhất không chuyển, sáp nhập, chia tách hay giải thể được; hãy chọn đơn vị khác.",
    "The topmost unit is not moved, merged, split or dissolved; choose another unit.",
)
UNITS_BELOW: Final = Refusal(
    "units-still-below",
    "Còn {count} đơn vị trực thuộc; hãy chuyển hoặc giải thể các đơn vị đó trước.",
    "There are still {count} units below; move or dissolve them first.",
    "B1",
)
CYCLE: Final = Refusal(
    "unit-below-itself",
    "Đơn vị không thể trực thuộc chính nó hoặc đơn vị cấp dưới của nó; hãy chọn đơn vị cấp trên khác.",
    "A unit cannot stand below itself or below a unit of its own; choose another parent.",
    "B1",
)
KIND_DOES_NOT_FIT: Final = Refusal(
    "kind-does-not-fit",
    "Loại {kind} không đứng được ở vị trí này của cây đơn vị; hãy chọn loại khác hoặc chuyển đơn vị trước.",
    "A unit of the kind {kind} cannot stand at this place of the tree; choose another kind, or move units first.",
    "B1",
)
CODE_TAKEN: Final = Refusal(
    "unit-code-taken",
    "Mã {code} đang thuộc đơn vị khác; hãy chọn mã khác.",
    "The code {code} belongs to another unit; choose another one.",
    "M-4",
)
RENAMED_SINCE: Final = Refusal(
    "unit-renamed-since",
    "Đơn vị đã đổi tên từ ngày {day}; hãy rút lần đổi tên đó rồi nhập lại cho đúng.",
    "The unit was renamed as of {day}; withdraw that renaming and enter it rightly.",
)
NOT_SUCCESSOR: Final = Refusal(
    "successor-does-not-fit",
    "Đơn vị kế thừa phải là đơn vị khác, đang hoạt động và trong ngành; hãy chọn lại.",
    "A successor is another unit that exists and is no outside body; choose again.",
    "B8",
)
ONE_SUCCESSOR: Final = Refusal(
    "split-needs-two",
    "Chia tách cần ít nhất hai đơn vị kế thừa khác nhau; nếu chỉ có một, hãy chọn sáp nhập.",
    "A split needs at least two different successors; with a single one it is a merger.",
)
STILL_THERE: Final = Refusal(
    "duties-of-a-living-unit",
    "Đơn vị còn hoạt động nên tự làm việc của mình; hãy ghi giải thể trước, rồi ghi tiếp nhận nhiệm vụ.",
    "The unit still exists and does its own work; dissolve it first, then say who takes its duties over.",
    "B8",
)
NO_BLOC: Final = Refusal(
    "not-a-bloc",
    "Chỉ tham gia được đơn vị loại khối cơ quan đang hoạt động; hãy chọn một khối.",
    "Only a unit of the kind agency bloc that exists can be joined; choose a bloc.",
    "B1",
)
NOT_IN_BLOC: Final = Refusal(
    "not-in-bloc",
    "Vào ngày đó đơn vị không thuộc khối này; hãy kiểm tra lại khối và ngày.",
    "On that day the unit is no member of this bloc; check the bloc and the day.",
    "B1",
)
NO_SUCH_CHANGE: Final = Refusal(
    "no-such-change",
    "Không có thay đổi này hoặc đã rút; hãy xem lại các thay đổi của đơn vị.",
    "There is no such change, or it was withdrawn; look at the changes of the unit.",
)
TAKEN_OVER: Final = Refusal(
    "change-stands-under-another",
    "Đã có thay đổi khác dựa trên việc chấm dứt này; hãy rút thay đổi đó trước.",
    "Another change rests on this end; withdraw that one first.",
)
