"""What a deadline, an obstacle or a piece of guidance is about: a thing by its kind and id."""

from enum import StrEnum


class ThingKind(StrEnum):
    """Kinds of things that have deadlines and raise questions; `other` where the platform keeps no such thing."""

    CAMPAIGN = "campaign"
    REGISTRATION = "registration"
    RESULT = "result"
    REVIEW = "review"
    DOSSIER = "dossier"
    DOCUMENT = "document"
    CONFERENCE = "conference"
    FINDING = "finding"
    OTHER = "other"
