"""What is said of a Word file that cannot be read into a report. Source: S003-12."""

from typing import Final

from chassis.facts.refusal import Refusal

NOT_WORD: Final = Refusal(
    "report-file-not-word",
    "Tệp này không phải văn bản Word (.docx) đọc được; hãy mở bằng Word, lưu thành tệp .docx rồi gửi lại.",
    "This is no Word document (.docx) that can be read; open it in Word, save it as .docx and send it again.",
    "S003-12",
)
MACROS: Final = Refusal(
    "report-file-with-macros",
    "Tệp Word này có macro nên không được nhận; hãy lưu thành “Word Document (*.docx)” không có macro rồi gửi lại.",
    "This Word file has macros and is not taken; save it as “Word Document (*.docx)” without them and send it again.",
    "S003-12",
)
TOO_BIG: Final = Refusal(
    "report-file-unpacks-too-big",
    "Tệp Word này khi mở ra lớn quá mức của một báo cáo; hãy bỏ bớt phần không phải báo cáo rồi gửi lại.",
    "This Word file unpacks to more than a report can be; leave out what is no report and send it again.",
    "S003-12",
)
