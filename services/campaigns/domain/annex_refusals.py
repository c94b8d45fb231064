"""The refusals of figures in annexes, each of one cell or one row, with the sentences a person sees."""

from typing import Final

from chassis.facts.refusal import Refusal

TABLE_UNKNOWN: Final = Refusal(
    "annex-table-unknown",
    "Báo cáo này không có phụ lục “{table}”; hãy chọn một phụ lục trong đề cương.",
    "This report has no annex {table}; choose one of its outline.",
    "S003-14",
)
COLUMN_UNKNOWN: Final = Refusal(
    "annex-column-unknown",
    "Phụ lục không có cột “{column}”; hãy dùng đúng các cột của biểu mẫu.",
    "The annex has no column {column}; use the columns of its form.",
    "S003-14",
)
COLUMN_TWICE: Final = Refusal(
    "annex-column-twice",
    "Cột “{column}” có hai lần trong cùng một năm; hãy gộp lại thành một ô.",
    "The column {column} stands twice in one year; make one cell of it.",
    "S003-14",
)
YEAR_OUTSIDE: Final = Refusal(
    "annex-year-outside",
    "Năm {year} nằm ngoài phụ lục ({first}-{last}); hãy nhập vào đúng năm.",
    "The year {year} is outside the annex ({first} to {last}); enter it for the right year.",
    "S003-16",
)
NOT_A_NUMBER: Final = Refusal(
    "annex-text-in-number-column",
    "Cột “{column}” chỉ nhận một con số nhưng đang ghi “{typed}”; hãy nhập số, phần chữ ghi ở cột Ghi chú.",
    "The column {column} takes one number, and “{typed}” stands there; enter a number, and words among the notes.",
    "S003-14",
)
NOT_OF_THIS_KIND: Final = Refusal(
    "annex-cell-of-another-kind",
    "Ô của cột “{column}” không đúng dạng ({wanted}); hãy nhập lại theo mẫu.",
    "The cell of the column {column} is of another kind ({wanted}); enter it as the form says.",
    "S003-14",
)
NOT_READ_GOODS: Final = Refusal(
    "annex-goods-not-read",
    "Không đọc được hiện vật “{typed}”; hãy ghi số lượng, đơn vị tính và tên, ví dụ: 50 chăn; 200 kg gạo.",
    "The goods “{typed}” cannot be read; write quantity, measure and name, such as: 50 chăn; 200 kg gạo.",
    "S003-14",
)
NOT_READ_SUMS: Final = Refusal(
    "annex-sums-not-read",
    "Không đọc được số tiền “{typed}”; hãy ghi hoạt động và số tiền, ví dụ: Tết vì người nghèo: 45.000.000.",
    "The sum “{typed}” cannot be read; write activity and sum, such as: Tết vì người nghèo: 45.000.000.",
    "S003-14",
)
TEXT_TOO_LONG: Final = Refusal(
    "annex-text-too-long",
    "Ô của cột “{column}” dài quá 2000 ký tự (“{typed}…”); hãy rút gọn, phần dài ghi vào đề cương.",
    "The cell of the column {column} has more than 2,000 characters (“{typed}…”); shorten it, or write in a section.",
    "S003-14",
)
NEGATIVE: Final = Refusal(
    "annex-negative",
    "Số {value} ở cột “{column}” nhỏ hơn 0; hãy nhập số từ 0 trở lên.",
    "The figure {value} in the column {column} is below nought; enter nought or more.",
    "S003-14",
)
NOT_WHOLE: Final = Refusal(
    "annex-not-whole",
    "Số {value} ở cột “{column}” phải là số nguyên; hãy nhập số không có phần lẻ.",
    "The figure {value} in the column {column} is to be whole; enter it without a fraction.",
    "S003-14",
)
TOO_GREAT: Final = Refusal(
    "annex-too-great",
    "Số {value} ở cột “{column}” lớn hoặc dài quá mức ghi được; hãy kiểm tra lại đơn vị tính.",
    "The figure {value} in the column {column} is too great or too long; look at its unit of measure.",
    "S003-14",
)
MEASURE_MISSING: Final = Refusal(
    "annex-goods-without-measure",
    "Hiện vật “{name}” ở cột “{column}” thiếu đơn vị tính; hãy ghi kg, tấn, lít…, vì các đơn vị không được tự quy đổi.",
    "The goods {name} in the column {column} lack their measure; write kg, tấn, lít…, for nothing is converted.",
    "A10",
)
MODE_UNKNOWN: Final = Refusal(
    "annex-mode-unknown",
    "Năm {year}: “{column}” chưa ghi rõ {modes}; hãy chuyển số {value} sang đúng cột rồi gửi.",
    "{year}: {column} does not say which of {modes}; move the figure {value} to the right column, then send.",
    "S003-14",
)
UNTIL_MISSING: Final = Refusal(
    "annex-until-missing",
    "Năm {year} chưa kết thúc; hãy ghi số liệu tính đến ngày nào.",
    "The year {year} is not over; say until which day its figures count.",
    "A10",
)
UNTIL_NOT_ASKED: Final = Refusal(
    "annex-until-not-asked",
    "Năm {year} được báo cáo trọn năm; hãy bỏ ngày “tính đến”.",
    "The year {year} is reported whole; leave out the day until which it counts.",
    "A10",
)
UNTIL_OUTSIDE: Final = Refusal(
    "annex-until-outside",
    "Ngày tính đến {day} không nằm trong năm {year}; hãy nhập một ngày của năm ấy.",
    "The day {day} until which it counts is not in {year}; enter a day of that year.",
    "A10",
)
FILE_NOT_READ: Final = Refusal(
    "annex-file-not-read",
    "Không đọc được tệp phụ lục; hãy lưu lại ở dạng Excel (.xlsx) hoặc CSV UTF-8 rồi chọn lại.",
    "The file of the annex cannot be read; save it as Excel (.xlsx) or CSV UTF-8 and choose it again.",
    "S003-14",
)
FILE_TOO_LONG: Final = Refusal(
    "annex-file-too-long",
    "Tệp phụ lục có quá {most} dòng; hãy chỉ để lại các dòng của biểu.",
    "The file of the annex has more than {most} rows; leave only those of the table.",
    "S003-14",
)
FILE_WITHOUT_YEARS: Final = Refusal(
    "annex-file-without-years",
    "Không thấy cột “Năm” trong tệp; hãy giữ dòng tiêu đề của biểu, tốt nhất là tải biểu về rồi điền.",
    "The file has no column “Năm”; keep the heads of the table, best by filling in the one that is downloaded.",
    "S003-14",
)
YEAR_TWICE: Final = Refusal(
    "annex-year-twice",
    "Năm {year} có hai dòng trong tệp; hãy gộp lại thành một dòng.",
    "The year {year} stands twice in the file; make one row of it.",
    "S003-16",
)
DAY_NOT_READ: Final = Refusal(
    "annex-day-not-read",
    "“{typed}” không phải là một ngày; hãy nhập ngày tính đến như 31/7/2020.",
    "“{typed}” is no day; enter the day until which it counts like 31/7/2020.",
    "A10",
)
