"""Templates as people will see them, filled with the made-up words that lie beside them."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from contracts.notify import Channel
from services.notify.delivery.render import letter, one_line, sample, zalo_data, zalo_template
from services.notify.domain.rule import Category, Rule
from services.notify.domain.sentences import Sentence
from services.notify.domain.texts import LABELS


class Described(BaseModel):
    """A template: of what it tells (`source_type`), by which rule, whom, and by which channels one after the other."""

    name: str
    rule: str
    source_type: str
    title: Sentence
    whom: Sentence
    category: Category
    channels: tuple[Channel, ...]


class Mail(BaseModel):
    """An email as it is sent: Vietnamese first, English below, as plain text and as the HTML of the same words."""

    subject: str
    text: str
    html: str


class Parameter(BaseModel):
    """What Zalo puts into its template: at most `longest` letters, `cut` where the word had more."""

    name: str
    label: Sentence
    value: str
    longest: int
    cut: bool


class Card(BaseModel):
    """A Zalo message: the words around the parameters are those that were registered under this id at Zalo."""

    template_id: str
    parameters: list[Parameter]


class Preview(Described):
    """A template with a sample."""

    email: Mail
    zalo: Card


def described(rule: Rule[Any]) -> Described:
    """What a template is for."""
    return Described(**_about(rule))


def preview(rule: Rule[Any], template_ids: Mapping[str, str]) -> Preview:
    """A template with its sample; `template_ids` are Zalo's own where they differ, by template."""
    words = dict(sample(rule.template))
    name = words.pop("recipient_name")
    written, registered = letter(rule.template, name, words), zalo_template(rule.template)
    parameters = [
        Parameter(
            name=param,
            label=LABELS[param],
            value=value,
            longest=registered.params[param],
            cut=value != one_line(sample(rule.template)[param]),
        )
        for param, value in zalo_data(rule.template, name, words).items()
    ]
    return Preview(
        **_about(rule),
        email=Mail(subject=written.subject, text=written.text, html=written.html),
        zalo=Card(template_id=template_ids.get(rule.template, registered.template_id), parameters=parameters),
    )


def _about(rule: Rule[Any]) -> dict[str, Any]:
    return {
        "name": rule.template,
        "rule": rule.name,
        "source_type": rule.event.type_name(),
        "title": rule.title,
        "whom": rule.whom,
        "category": rule.category,
        "channels": rule.channels,
    }
