"""What the department sees of a template before anybody gets a message: as it would be sent, with made-up words."""

from pathlib import Path
from shutil import copytree

import pytest
from jinja2 import UndefinedError

from services.notify.delivery import render
from services.notify.delivery.preview import preview
from services.notify.delivery.render import letter, sample
from services.notify.domain.rules import RULES, Told
from services.notify.domain.texts import LABELS, Names
from tests.notify.facts import APPOINTED, GRANTED, LAUNCHED, NOMINATED, PROPOSED, REGISTERED, REVOKED

ALL: tuple[Told, ...] = (LAUNCHED, REGISTERED, NOMINATED, GRANTED, PROPOSED, APPOINTED, REVOKED)
EVENTS = {RULES[type(event)].template: event for event in ALL}
EACH = pytest.mark.parametrize(("template", "event"), EVENTS.items(), ids=EVENTS)


@EACH
def test_a_sample_holds_the_words_that_its_event_gives(template: str, event: Told) -> None:
    assert set(sample(template)) == {"recipient_name", *RULES[type(event)].words(event, Names())}


@pytest.mark.parametrize("template", EVENTS)
def test_without_a_word_of_its_sample_a_message_cannot_be_written(template: str) -> None:
    words = dict(sample(template))
    for left_out in words.keys() - {"recipient_name"}:
        with pytest.raises((UndefinedError, KeyError), match=left_out):
            written(template, {name: word for name, word in words.items() if name != left_out})
    assert written(template, words)


def written(template: str, words: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A message for both channels."""
    return letter(template, "An", words).subject, render.zalo_data(template, "An", words)


@EACH
def test_a_preview_is_what_would_be_sent(template: str, event: Told) -> None:
    shown, words = preview(RULES[type(event)], {}), dict(sample(template))
    sent = letter(template, words["recipient_name"], words)
    assert (shown.email.subject, shown.email.text, shown.email.html) == (sent.subject, sent.text, sent.html)
    given = {each.name: each.value for each in shown.zalo.parameters}
    assert given == render.zalo_data(template, words["recipient_name"], words)
    assert all(len(each.value) <= each.longest for each in shown.zalo.parameters)
    assert all(each.label == LABELS[each.name] for each in shown.zalo.parameters)
    assert shown.zalo.template_id == render.zalo_template(template).template_id
    assert preview(RULES[type(event)], {template: "7"}).zalo.template_id == "7"


def test_what_zalo_has_no_room_for_is_shown_as_it_is_cut() -> None:
    cut = {each.name: each.value for each in preview(RULES[type(GRANTED)], {}).zalo.parameters if each.cut}
    assert cut == {"recipient_name": "Lê Hoàng Thị Bảo Ngọc Khánh G…"}


def test_samples_name_nobody_and_nowhere_that_is_known() -> None:
    for template in EVENTS:
        words = sample(template)
        assert any(made_up in words["recipient_name"] for made_up in ("Mẫu", "Thử", "Ví Dụ", "Giả Định"))
        assert "Ví Dụ" in words.get("unit", "Ví Dụ")


@pytest.mark.parametrize(("change", "named"), [("\nmore: x\n", "more"), (None, "unit")])
def test_a_sample_with_a_word_too_many_or_too_few_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str | None, named: str
) -> None:
    folder = copytree(render.FOLDER, tmp_path / "templates")
    file = folder / "award_granted/sample.yaml"
    text = file.read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("unit:")]
    file.write_text(text + change if change else "\n".join(lines), "utf-8")
    monkeypatch.setattr(render, "FOLDER", folder)
    sample.cache_clear()
    with pytest.raises(ValueError, match=f"award_granted/sample.yaml: {named}$"):
        render.compile_all()
    sample.cache_clear()
