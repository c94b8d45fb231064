"""What a document says, made from what was asked: its bases are cited by number and day. Source: M-1, M-3."""

from collections.abc import Mapping
from uuid import UUID

from contracts.campaigns import BasedOn, Content, Recipient
from contracts.values import Document
from services.campaigns.domain import document_refusals as refuse
from services.campaigns.domain.document_commands import Basis, Written


def content(said: Written, bases: Mapping[UUID, Document]) -> Content:
    """The content as facts hold it; raises Rejected for a basis that is not in force or not named."""
    if any(each.as_addressed for each in said.addressees) or (
        not said.addressees and any(each.as_addressed for each in said.copies)
    ):
        raise refuse.ADDRESSEES_REPEATED()
    return Content(
        **said.model_dump(exclude={"legal_bases", "addressees", "copies", "based_on"}),
        legal_bases=tuple(Document(**each.model_dump()) for each in said.legal_bases),
        addressees=tuple(Recipient(**each.model_dump()) for each in said.addressees),
        copies=tuple(Recipient(**each.model_dump()) for each in said.copies),
        based_on=tuple(_cited(each, bases) for each in said.based_on),
    )


def _cited(basis: Basis, bases: Mapping[UUID, Document]) -> BasedOn:
    if basis.document_id is not None:
        if basis.document_id not in bases:
            raise refuse.BASIS_NOT_ISSUED(id=basis.document_id)
        return BasedOn(document=bases[basis.document_id], document_id=basis.document_id)
    if basis.document is None:
        raise refuse.BASIS_UNSAID()
    return BasedOn(document=Document(**basis.document.model_dump()))
