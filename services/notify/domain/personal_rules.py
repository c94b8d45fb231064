"""What people are told of persons' registrations: their head is asked, whose it is and who wrote it are told.

Source: A4
"""

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from contracts.event import Event
from contracts.registry import (
    PersonalRegistrationConfirmed,
    PersonalRegistrationMade,
    PersonalRegistrationReturned,
    PersonalRegistrationRevised,
    PersonalRegistrationWithdrawn,
)
from services.notify.domain.rule import HEAD, Category, DirectlyAbove, Group, InUnit, Oneself, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names

E = TypeVar("E", PersonalRegistrationMade, PersonalRegistrationRevised)


def _heads(event: PersonalRegistrationMade | PersonalRegistrationRevised | PersonalRegistrationWithdrawn) -> Group:
    return DirectlyAbove(HEAD, event.unit_id) if event.above else InUnit(HEAD, event.unit_id)


def _names(_: Event, names: Names) -> Mapping[str, str]:
    return {"unit": names.unit, "campaign": names.campaign}


def _asking(event: type[E], name: str, title: Sentence) -> Rule[E]:
    return Rule(
        event,
        name,
        Category.DUTY,
        template="personal_registrations_wait",
        title=title,
        whom=sentence(
            "Thủ trưởng đơn vị; với bản của thủ trưởng hoặc do thủ trưởng viết là thủ trưởng đơn vị cấp trên trực tiếp",
            "The head of the unit; of what is the head's own, or written by the head, the one of the unit above",
        ),
        audience=lambda made: (_heads(made),) if made.asked else (),
        words=lambda made, names: {**_names(made, names), "count": str(made.asked)},
    )


def _concerned(event: PersonalRegistrationReturned | PersonalRegistrationConfirmed) -> tuple[Group, ...]:
    told = isinstance(event, PersonalRegistrationReturned) or event.told
    return (Oneself(event.person_id), *((Oneself(event.writer_id),) if told else ()))


_CONCERNED: Final = sentence(
    "Người có bản đăng ký và người đã viết bản đăng ký đó", "Whose registration it is, and who has written it"
)

PERSONAL_RULES: Final[tuple[Rule[Any], ...]] = (
    _asking(
        PersonalRegistrationMade,
        "ask_the_head_for_registrations_of_persons",
        sentence("Đăng ký của cá nhân chờ xác nhận", "Registrations of persons wait to be confirmed"),
    ),
    _asking(
        PersonalRegistrationRevised,
        "ask_the_head_for_a_mended_registration_of_a_person",
        sentence("Đăng ký của cá nhân đã sửa, chờ xác nhận", "A person's mended registration waits to be confirmed"),
    ),
    Rule(
        PersonalRegistrationReturned,
        "tell_of_a_returned_registration_of_a_person",
        Category.DUTY,
        template="personal_registration_returned",
        title=sentence("Đăng ký của cá nhân bị trả lại", "A person's registration is returned"),
        whom=_CONCERNED,
        audience=_concerned,
        words=_names,
    ),
    Rule(
        PersonalRegistrationConfirmed,
        "tell_of_confirmed_registrations_of_persons",
        Category.DUTY,
        template="personal_registration_confirmed",
        title=sentence("Đăng ký của cá nhân được xác nhận", "Registrations of persons are confirmed"),
        whom=_CONCERNED,
        audience=_concerned,
        words=_names,
    ),
    Rule(
        PersonalRegistrationWithdrawn,
        "tell_of_a_withdrawn_registration_of_a_person",
        Category.DUTY,
        template="personal_registration_withdrawn",
        title=sentence("Đăng ký của cá nhân được rút", "A person's registration is withdrawn"),
        whom=sentence(
            "Người có bản đăng ký và thủ trưởng đang được đề nghị xác nhận",
            "Whose registration it is, and the head who was asked to confirm it",
        ),
        audience=lambda gone: (Oneself(gone.person_id), _heads(gone)),
        words=_names,
    ),
)
"""The rows of the table of rules that tell of what persons register."""
