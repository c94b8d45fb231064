"""Who was erased is gone from the sinks too: from what they show and from their files."""

import json
from pathlib import Path

import pytest

from chassis.store.database import is_outage
from chassis.testing import as_recorded
from contracts.people import PersonChanged
from services.notify.copies import forget_copies
from services.notify.people import DIRECTORY
from tests.notify.conftest import Office, Person


def found_in(folder: Path, person: Person) -> set[str]:
    """What of somebody's addresses stands in any file of a folder."""
    words = {word for word in (person.phone, person.email) if word}
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return {word for word in words if word.encode() in content}


async def told(office: Office, *people: Person) -> None:
    """Somebody with a phone gets a card, somebody without a letter."""
    async with office.delivering():
        for notification in await office.tell(*people):
            await office.ended(notification, "NotificationCompleted")


async def erased(office: Office, person: Person) -> None:
    """The tombstone comes: first to the read model, then to the reaction."""
    gone = as_recorded(PersonChanged(person_id=person.id, details=None))
    await office.learn(DIRECTORY, gone)
    await forget_copies(office.database.pool).react(gone)


@pytest.mark.parametrize("named", [True, False])
async def test_who_was_erased_is_gone_from_the_sinks_and_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    data = office.providers.data
    urls = [f"{office.providers.mail}/forget", f"{office.providers.zalo}/_sim/forget"] if named else []
    monkeypatch.setenv("COPIES_URLS", json.dumps(urls))
    by_mail, by_zalo = await office.person(phone=False), await office.person(email=False)
    others = [await office.person(phone=False), await office.person(email=False)]
    await told(office, by_mail, by_zalo, *others)
    assert [len(found_in(data, each)) for each in (by_mail, by_zalo)] == [1, 1]
    for each in (by_mail, by_zalo):
        await erased(office, each)
    left = 0 if named else 1
    assert [len(found_in(data, each)) for each in (by_mail, by_zalo)] == [left, left]
    assert len(await office.providers.mails(str(by_mail.email))) == left
    assert len(await office.providers.cards(str(by_zalo.phone))) == left
    assert [len(found_in(data, each)) for each in others] == [1, 1]


async def test_a_sink_that_is_away_is_waited_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPIES_URLS", json.dumps(["http://127.0.0.1:1/forget"]))
    person = await office.person(phone=False)
    await told(office, person)
    with pytest.raises(ConnectionError) as raised:
        await erased(office, person)
    assert is_outage(raised.value)  # the tombstone stays where it is and comes again
