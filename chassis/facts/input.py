"""What a person is told about each field that does not fit: what to do, never what was sent."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

_MOST = 50
_LONGEST = 200


class FieldError(BaseModel):
    """One thing that does not fit; `field` is its path, as in `targets.0.value`, or the column of a file.

    `line` counts from 1 as an editor does; it and `column` are null but for files.
    """

    field: str
    vi: str
    en: str
    line: int | None = None
    column: str | None = None


_SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "missing": ("Hãy bổ sung trường bắt buộc này.", "Add this required field."),
    "extra_forbidden": ("Hãy bỏ trường không được biết đến này.", "Remove this unknown field."),
    "enum": ("Hãy chọn một trong các giá trị: {expected}.", "Choose one of: {expected}."),
    "literal_error": ("Hãy chọn một trong các giá trị: {expected}.", "Choose one of: {expected}."),
    "union_tag_invalid": ("Hãy chọn một trong các loại: {expected_tags}.", "Choose one of: {expected_tags}."),
    "union_tag_not_found": ("Hãy bổ sung trường cho biết loại.", "Add the field that tells the kind."),
    "greater_than": ("Hãy nhập giá trị lớn hơn {gt}.", "Enter a value above {gt}."),
    "greater_than_equal": ("Hãy nhập giá trị từ {ge} trở lên.", "Enter a value of at least {ge}."),
    "less_than": ("Hãy nhập giá trị nhỏ hơn {lt}.", "Enter a value below {lt}."),
    "less_than_equal": ("Hãy nhập giá trị không quá {le}.", "Enter a value of at most {le}."),
    "multiple_of": ("Hãy nhập bội số của {multiple_of}.", "Enter a multiple of {multiple_of}."),
    "string_too_short": ("Hãy nhập ít nhất {min_length} ký tự.", "Enter at least {min_length} characters."),
    "string_too_long": ("Hãy rút gọn còn tối đa {max_length} ký tự.", "Shorten it to {max_length} characters."),
    "string_pattern_mismatch": ("Hãy nhập theo đúng mẫu {pattern}.", "Enter it in the form {pattern}."),
    "string_unicode": ("Hãy nhập văn bản Unicode hợp lệ.", "Enter valid Unicode text."),
    "too_short": ("Hãy thêm cho đủ ít nhất {min_length} phần tử.", "Add items until there are at least {min_length}."),
    "too_long": ("Hãy bớt còn tối đa {max_length} phần tử.", "Remove items until there are at most {max_length}."),
    "decimal_max_digits": ("Hãy nhập không quá {max_digits} chữ số.", "Enter at most {max_digits} digits."),
    "decimal_max_places": (
        "Hãy nhập không quá {decimal_places} chữ số thập phân.",
        "Enter at most {decimal_places} decimal places.",
    ),
    "finite_number": ("Hãy nhập một số hữu hạn.", "Enter a finite number."),
    "hidden_character": (
        "Hãy gõ lại: ký tự thứ {place} ({character}) là ký tự ẩn hoặc đã bị hỏng.",
        "Retype this: character {place} ({character}) is invisible or was damaged.",
    ),
    "formula_like": (
        "Hãy bỏ ký tự “{character}” ở đầu: bảng tính sẽ hiểu là công thức.",
        "Remove the leading “{character}”: a spreadsheet would read this as a formula.",
    ),
    "mobile_malformed": (
        "Hãy nhập số di động Việt Nam bằng chữ số thường, như 0912 345 678.",
        "Enter a Vietnamese mobile number in plain digits, such as 0912 345 678.",
    ),
    "email_malformed": (
        "Hãy nhập một địa chỉ thư đầy đủ, như lan@thidua.example.",
        "Enter a whole email address, such as lan@thidua.example.",
    ),
    "value_error": (
        "Hãy sửa lại: các giá trị ở đây không khớp với nhau hoặc không hợp lệ.",
        "Mend this: the values here do not fit together or are not valid.",
    ),
}

_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "string": ("Hãy nhập văn bản.", "Enter text."),
    "int": ("Hãy nhập một số nguyên.", "Enter a whole number."),
    "float": ("Hãy nhập một số.", "Enter a number."),
    "decimal": ("Hãy nhập một số, như 95.16.", "Enter a number, such as 95.16."),
    "bool": ("Hãy nhập true hoặc false.", "Enter true or false."),
    "uuid": ("Hãy nhập một mã UUID.", "Enter a UUID."),
    "date": ("Hãy nhập ngày theo dạng 2024-11-10.", "Enter a date such as 2024-11-10."),
    "datetime": (
        "Hãy nhập thời điểm kèm múi giờ, dạng 2024-11-10T08:00:00+07:00.",
        "Enter a time with its offset, such as 2024-11-10T08:00:00+07:00.",
    ),
    "timezone": (
        "Hãy nhập thời điểm kèm múi giờ, dạng 2024-11-10T08:00:00+07:00.",
        "Enter a time with its offset, such as 2024-11-10T08:00:00+07:00.",
    ),
    "list": ("Hãy gửi một danh sách.", "Send a list."),
    "tuple": ("Hãy gửi một danh sách.", "Send a list."),
    "set": ("Hãy gửi một danh sách.", "Send a list."),
    "dict": ("Hãy gửi một đối tượng JSON.", "Send a JSON object."),
    "model": ("Hãy gửi một đối tượng JSON.", "Send a JSON object."),
}

_ELSE: Final = ("Hãy kiểm tra và nhập lại giá trị hợp lệ.", "Check this and enter a valid value.")


def field_errors(faults: Iterable[Any]) -> list[FieldError]:
    """Sentences for pydantic's error list, at most 50 of them."""
    return [_field_error(fault) for fault, _ in zip(faults, range(_MOST), strict=False)]


def _field_error(fault: Mapping[str, Any]) -> FieldError:
    kind = str(fault["type"])
    vi, en = _SENTENCES.get(kind) or _KINDS.get(kind.partition("_")[0], _ELSE)
    limits = fault.get("ctx", {})
    return FieldError(field=_path(fault["loc"]), vi=vi.format_map(limits), en=en.format_map(limits))


def _path(location: Sequence[str | int]) -> str:
    """Path of a field inside the body or the query; where there is no field, the part of the request."""
    return ".".join(str(step) for step in location[1:] or location)[:_LONGEST]
