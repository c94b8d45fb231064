"""What the people directory takes: names, mobile numbers and addresses that can be used without a second look."""

from datetime import date

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from pydantic import ValidationError

from chassis.facts.kinds import hidden
from services.registry.people import Details


@pytest.mark.parametrize("phone", ["0912345678", "+84912345678", "84912345678", "091.234.5678", "+84 91-234 5678"])
def test_a_mobile_number_is_kept_in_one_form(phone: str) -> None:
    assert Details(full_name="Nguyễn Thị Thử", phone=phone).phone == "84912345678"


@pytest.mark.parametrize("phone", ["", "0212345678", "091234567", "09123456789", "+1 912345678", "0912345678\n", "O91"])
def test_what_is_no_vietnamese_mobile_number_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError):
        Details(full_name="Nguyễn Thị Thử", phone=phone)


@pytest.mark.parametrize("email", ["thu.nguyen@example.vn", "t+x@mail.example.com"])
def test_an_address_is_kept_as_it_is(email: str) -> None:
    assert Details(full_name="Nguyễn Thị Thử", email=email).email == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "thu",
        "thu@",
        "@example.vn",
        "thu@localhost",
        "a@b.vn\nBcc: c@d.vn",
        "a@b.vn\r\n",
        "a b@c.vn",
        "a@b.vn,c@d.vn",
    ],
)
def test_what_is_no_address_or_hides_a_header_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        Details(full_name="Nguyễn Thị Thử", email=email)


@pytest.mark.parametrize("name", ["", "   ", "Thử\nBcc: c@d.vn", "Thử\x00", "Thử\u202e", "x" * 201])
def test_a_name_is_visible_text(name: str) -> None:
    with pytest.raises(ValidationError):
        Details(full_name=name)


def test_a_name_is_composed() -> None:
    details = Details(full_name=" Tha\u0309o ", birth_date=date(1990, 1, 2))
    assert (details.full_name, details.birth_date) == ("Thảo", date(1990, 1, 2))


@for_all(text=some.text(max_size=30))
def test_whatever_is_taken_stands_on_one_line(text: str) -> None:
    for field in ("full_name", "phone", "email"):
        try:
            details = Details.model_validate({"full_name": "Thử", field: text})
        except ValidationError:
            continue
        kept = str(getattr(details, field))
        assert len(kept.splitlines()) == 1
        assert hidden(kept) is None
