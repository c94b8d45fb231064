"""What people are told about documents: whose turn it is, what was sent to them, and what became of it. Source: M-2."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from contracts.campaigns import (
    DocumentChecked,
    DocumentCorrected,
    DocumentDrafted,
    DocumentRecalled,
    DocumentReplaced,
    DocumentSigned,
    ReceiptAwaited,
)
from contracts.registry import Role
from services.notify.domain.rule import HEAD_AND_OFFICERS, Category, Group, InUnit, Rule
from services.notify.domain.sentences import Sentence, sentence
from services.notify.domain.texts import Names, day

_CLERK: Final = frozenset({Role.CLERK})
_SIGNERS: Final = frozenset({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})
_KEEPERS: Final = HEAD_AND_OFFICERS | _CLERK
_E = TypeVar(
    "_E", DocumentDrafted, DocumentChecked, DocumentSigned, ReceiptAwaited, DocumentCorrected, DocumentReplaced,
    DocumentRecalled,
)  # fmt: skip
_Had = TypeVar("_Had", DocumentCorrected, DocumentReplaced, DocumentRecalled)


def _paper(event: Any, names: Names) -> tuple[str, str]:
    """What the document is called: by number and subject once it has them, else by its unit."""
    if isinstance(event, DocumentDrafted):
        return f"dự thảo “{event.content.subject}”", f"the draft “{event.content.subject}”"
    if number := getattr(event, "number", ""):
        return f"văn bản {number}, “{event.subject}”", f"the document {number}, “{event.subject}”"
    return f"văn bản của {names.unit}", f"the document of {names.unit}"


def _rule(
    event: type[_E],
    name: str,
    title: Sentence,
    whom: Sentence,
    *,
    audience: Callable[[_E], tuple[Group, ...]],
    said: Callable[[_E], Sentence],
) -> Rule[_E]:
    def words(event: _E, names: Names) -> Mapping[str, str]:
        (paper, paper_en), told = _paper(event, names), said(event)
        return {"paper": paper, "paper_en": paper_en, "standing": told.vi, "standing_en": told.en}

    return Rule(event, name, Category.DUTY, "document", title, whom, audience, words)


def _recipients(event: _Had) -> tuple[Group, ...]:
    return tuple(InUnit(_KEEPERS, unit) for unit in event.units)


_ALL: Final = sentence(
    "Thủ trưởng, cán bộ thi đua - khen thưởng và văn thư của các đơn vị đã nhận",
    "Heads, officers and clerks of the units that have it",
)
PAPER_RULES: Final[tuple[Rule[Any], ...]] = (
    _rule(
        DocumentDrafted,
        "ask_for_a_check_of_a_draft",
        sentence("Dự thảo văn bản chờ kiểm tra", "A draft is to be checked"),
        sentence("Thủ trưởng và cán bộ của đơn vị soạn thảo", "Head and officers of the unit"),
        audience=lambda drafted: (InUnit(HEAD_AND_OFFICERS, drafted.unit_id),),
        said=lambda _: sentence(
            "chờ một người không soạn thảo kiểm tra", "waits for a check by who has not drafted it"
        ),
    ),
    _rule(
        DocumentChecked,
        "ask_for_a_signature",
        sentence("Văn bản chờ ký", "A document is to be signed"),
        sentence("Người ký của đơn vị ban hành", "Who signs for the unit"),
        audience=lambda checked: (InUnit(_SIGNERS, checked.unit_id),),
        said=lambda _: sentence("đã được kiểm tra, chờ ký", "was checked and waits for its signature"),
    ),
    _rule(
        DocumentSigned,
        "ask_the_clerk_for_a_number",
        sentence("Văn bản chờ cấp số", "A document is to be numbered"),
        sentence("Văn thư của đơn vị ban hành", "The clerk of the unit"),
        audience=lambda signed: (InUnit(_CLERK, signed.unit_id),),
        said=lambda _: sentence("đã được ký, chờ cấp số", "is signed and waits for its number"),
    ),
    _rule(
        ReceiptAwaited,
        "tell_a_unit_of_a_document_that_was_sent_to_it",
        sentence("Văn bản gửi đến đơn vị", "A document is sent to a unit"),
        sentence("Thủ trưởng, cán bộ và văn thư của đơn vị nhận", "Head, officers and clerk of the unit"),
        audience=lambda sent: (InUnit(_KEEPERS, sent.unit_id),),
        said=lambda sent: sentence(
            f"ban hành ngày {day(sent.issued_on)}, đã gửi đến đơn vị; hãy vào sổ văn bản đến",
            f"issued on {day(sent.issued_on)}, was sent to your unit; enter it in the incoming book",
        ),
    ),
    _rule(
        DocumentCorrected,
        "tell_units_of_a_correction",
        sentence("Đính chính văn bản", "A document is corrected"),
        _ALL,
        audience=_recipients,
        said=lambda it: sentence(
            f"được đính chính: “{it.wrong}” đọc là “{it.right}”", f"is corrected: for “{it.wrong}” read “{it.right}”"
        ),
    ),
    _rule(
        DocumentReplaced,
        "tell_units_of_a_replacement",
        sentence("Thay thế văn bản", "A document is replaced"),
        _ALL,
        audience=_recipients,
        said=lambda _: sentence(
            "đã được thay thế; hãy thực hiện văn bản thay thế", "was replaced; follow what replaces it"
        ),
    ),
    _rule(
        DocumentRecalled,
        "tell_units_of_a_recall",
        sentence("Thu hồi văn bản", "A document is recalled"),
        _ALL,
        audience=_recipients,
        said=lambda it: sentence(
            f"đã bị thu hồi, không thực hiện nữa: {it.reason}", f"was recalled and is not to be followed: {it.reason}"
        ),
    ),
)
