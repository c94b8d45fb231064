"""Events of what one person of a unit registers for a campaign. Source: S001-14, A4.

What is registered, and why it is returned, are sentences about a person: here stand their digests alone. The words are
kept beside the directory of people and are erased with it (decision 60).
"""

from uuid import UUID

from contracts.exact import Count, Flag
from contracts.registry.base import RegistryEvent


class PersonalFact(RegistryEvent):
    """A fact of one person's registration; `unit_id` is where the person worked on the day, and stays."""

    registration_id: UUID
    campaign_id: UUID
    unit_id: UUID
    person_id: UUID


class PersonalRegistrationMade(PersonalFact):
    """A person means to reach a target in a way, both by their digests; it waits for the head of the unit.

    `asked` registrations wait since this entry, told by the first of them; 0: another fact has told it. `above`: the
    head of the unit above is asked, since the unit's own head is whose it is, or has written it.
    """

    target: str
    solution: str
    revision: Count = 1
    asked: Count = 1
    above: Flag = False


class PersonalRegistrationRevised(PersonalFact):
    """Other words stand in place of what was not confirmed yet; fields as in PersonalRegistrationMade."""

    target: str
    solution: str
    revision: Count
    asked: Count = 0
    above: Flag = False


class PersonalRegistrationReturned(PersonalFact):
    """The head has given it back; the reason by its digest. `writer_id` is who wrote what is returned."""

    reason: str
    revision: Count
    writer_id: UUID


class PersonalRegistrationConfirmed(PersonalFact):
    """The head has confirmed it: it stands. `told`: it is the first of what was confirmed at once for that writer."""

    revision: Count
    writer_id: UUID
    told: Flag = True


class PersonalRegistrationWithdrawn(PersonalFact):
    """It is taken back before it was confirmed; the same person may register again in this unit."""

    revision: Count
    above: Flag = False


PersonalRegistrationEvent = (
    PersonalRegistrationMade
    | PersonalRegistrationRevised
    | PersonalRegistrationReturned
    | PersonalRegistrationConfirmed
    | PersonalRegistrationWithdrawn
)
"""What may stand in the stream of a person's registration: its `evolve` answers to each."""
