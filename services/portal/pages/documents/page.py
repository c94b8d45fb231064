"""Văn bản đi: the units' documents, a new draft, and one with its steps, its receipts and what rests on it."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.organisation.head_titles import head_title
from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, asks, tells
from contracts.campaigns import DispatchWay
from contracts.registry import Role
from contracts.values import SigningCapacity
from services.portal.pages.documents.written import GROUPS, KINDS, Unread, content, typed
from services.portal.shell.forms import Form
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.stepping import Ask, Step, Taken, take
from services.portal.shell.units import of_my_units, people_names, units
from services.portal.shell.visit import Visit

router = page_router()
_WRITERS: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY, Role.CLERK, Role.EMULATION_DEPARTMENT})
_STEPPERS: Final = _WRITERS | {
    Role.PROFESSIONAL_DEPARTMENT, Role.SECTOR_LEADER, Role.DIRECTOR_GENERAL, Role.COUNCIL_CHAIR,
    Role.COUNCIL_VICE_CHAIR,
}  # fmt: skip
_REFUSED: Final = frozenset({403, 409, 422})
STATUSES: Final = ("draft", "checked", "signed", "numbered", "issued", "sent", "replaced", "recalled")
STEPS: Final = {
    "check_document": Step("check"),
    "sign_document": Step("signature", (Ask("capacity", "offered"),)),
    "enter_paper_signing": Step(
        "paper-signature",
        (Ask("signed_by", "offered"), Ask("capacity", "offered"), Ask("happened_on", "day"), Ask("evidence", "scan")),
    ),
    "confirm_paper_signing": Step("paper-signature-confirmation"),
    "number_document": Step("number", (Ask("number"), Ask("dated", "day"))),
    "issue_document": Step("issue"),
    "send_document": Step("sending"),
    "dispatch_document": Step(
        "dispatches",
        (
            Ask("recipient", "offered"),
            Ask("way", "choice", options=tuple(way.value for way in DispatchWay)),
            Ask("reference", required=False),
            Ask("happened_on", "day"),
        ),
    ),
    "correct_document": Step("corrections", (Ask("wrong", "area"), Ask("right", "area"))),
    "replace_document": Step("replacement", (Ask("replaced_by", "offered"),)),
    "recall_document": Step("recall", (Ask("reason", "area"),)),
}


@router.get("/documents")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET campaigns /documents")
async def show_documents(asked: Visit, status: str = "", after: int | None = None) -> Response:
    """Documents of the units in which this person holds a role."""
    wanted = status if status in STATUSES else None
    found, following = await of_my_units(asked, "campaigns", "/documents", status=wanted, after=after)
    named = await units(asked, [each["unit_id"] for each in found])
    return asked.show(
        "documents/list.html", found=found, units=named, status=wanted or "", statuses=STATUSES, next=following
    )


@router.get("/documents/new")
@asks(may=_WRITERS, where=ANYWHERE, reads=())
@leads_to("POST campaigns /documents")
async def show_new(asked: Visit) -> Response:
    """An empty draft."""
    return await _form(asked, Form({"place": "Hà Nội", "archive_copies": "2", **await asked.draft()}), {}, 200)


@router.post("/documents/new")
@tells(may=_WRITERS, where=ANYWHERE)
@leads_to("POST campaigns /documents")
async def draft(asked: Visit) -> Response:
    """Keep a draft."""
    form = await asked.form()
    told = await _keep(asked, form, "/documents", lambda said: {"unit_id": form.get("unit_id", ""), "content": said})
    if isinstance(told, Taken):
        return await _form(asked, form, told.wrong, told.status)
    return asked.go(f"/documents/{told['id']}", done="drafted")


@router.get("/documents/{id}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /documents/{id}")
async def show_document(asked: Visit, id: UUID, done: str = "") -> Response:  # noqa: A002 - the path's name
    """One document: its steps, what happened, who has received it, what it rests on and what rests on it."""
    return await _show(asked, id, await asked.draft(), Taken(), done)


@router.post("/documents/{id}")
@tells(may=_STEPPERS, where=THERE)
@leads_to(*(f"POST campaigns /documents/{{id}}/{step.path}" for step in STEPS.values()))
async def change(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Take one of its steps."""
    form = await asked.form()
    name = form.get("do", "")
    if name not in STEPS:
        return asked.go(f"/documents/{id}")
    step = STEPS[name]
    taken = await take(asked, "campaigns", f"/documents/{id}/{step.path}", step.asks, f"{name}-")
    if taken.wrong:
        return await _show(asked, id, form, taken, "")
    return asked.go(f"/documents/{id}", done=name)


@router.get("/documents/{id}/edit")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /documents/{id}")
async def show_edit(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """The draft in the form."""
    document = await asked.ask("campaigns", f"/documents/{id}")
    return await _form(asked, Form({**typed(document["content"]), **await asked.draft()}), {}, 200, document)


@router.post("/documents/{id}/edit")
@tells(may=_WRITERS, where=THERE)
@leads_to("POST campaigns /documents/{id}/content")
async def edit(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """Keep the changed draft."""
    form = await asked.form()
    told = await _keep(asked, form, f"/documents/{id}/content", lambda said: {"content": said})
    if isinstance(told, Taken):
        return await _form(asked, form, told.wrong, told.status, await asked.ask("campaigns", f"/documents/{id}"))
    return asked.go(f"/documents/{id}", done="revised")


@router.get("/documents/{id}/print")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /documents/{id}")
async def show_print(asked: Visit, id: UUID) -> Response:  # noqa: A002
    """The document as it stands on paper."""
    document = await asked.ask("campaigns", f"/documents/{id}")
    unit = (await units(asked, [document["unit_id"]]))[document["unit_id"]]
    signed_on = document["signature"]["happened_on"] if document["signature"] else str(asked.today)
    post = head_title(unit["kind"], unit["name"], date.fromisoformat(signed_on))
    return asked.show("documents/print.html", document=document, unit=unit["name"], post=post)


async def _keep(asked: Visit, form: Form, path: str, body: Any) -> Mapping[str, Any] | Taken:
    try:
        said = content(form, asked.language)
        told: Mapping[str, Any] = await asked.tell("campaigns", path, body(said), key=form.key_of(said))
    except Unread as unread:
        return Taken({unread.field: unread.sentence}, 422)
    except Problem as problem:
        if problem.status not in _REFUSED:
            raise
        wrong = {
            name.removeprefix("content.").partition(".")[0]: text
            for name, text in asked.fields_with_errors(problem).items()
        }
        return Taken(wrong or {"": asked.sentence(problem)}, problem.status)
    return told


async def _form(
    asked: Visit, form: Form, wrong: Mapping[str, str], status: int, document: Mapping[str, Any] | None = None
) -> Response:
    own = await units(asked, asked.rights.units("/documents/new")) if document is None else {}
    steps = document["actions"] if document else ()
    may = document is None or any(each["open"] for each in steps if each["name"] == "revise_document")
    return asked.show(
        "documents/form.html", status, typed=form, said=wrong, errors=list(wrong.items()), document=document,
        units=sorted(own.values(), key=lambda unit: str(unit["code"])), kinds=KINDS, groups=GROUPS,
        may=may,
    )  # fmt: skip


async def _show(asked: Visit, key: UUID, form: Form, taken: Taken, done: str) -> Response:
    document = await asked.ask("campaigns", f"/documents/{key}")
    receipts = (await asked.ask("campaigns", f"/documents/{key}/receipts", limit=500))["items"]
    offered = [
        choice["signed_by"] for each in document["actions"] for choice in each["choices"] if "signed_by" in choice
    ]
    people = {UUID(each) for each in offered}
    if document["signature"]:
        people |= {
            UUID(each) for each in (document["signature"]["signed_by"], document["signature"]["signed_for"]) if each
        }
    named, names = await asyncio.gather(
        units(asked, [document["unit_id"], *(each["unit_id"] for each in receipts)]), people_names(asked, people)
    )
    labels = {each["document_id"]: each["number"] for each in document["resting"]} | dict(names)
    return asked.show(
        "documents/one.html", taken.status, document=document, receipts=receipts, units=named, names=names,
        labels=labels, capacities=[each.value for each in SigningCapacity], typed=form, said=taken.wrong,
        errors=list(taken.wrong.items()), steps=STEPS,
        actions={action["name"]: action for action in document["actions"]},
        done=done if done in {*STEPS, "drafted", "revised"} else "",
    )  # fmt: skip


PAGE: Final = Page(
    router, menu=[Entry("/documents", "documents", "campaigns", 4, waits=("check", "sign", "number", "send"))]
)
