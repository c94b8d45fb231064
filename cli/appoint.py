"""`thidua administrators`: who gives roles, and the way out when nobody can, by the hand of who holds the database."""

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID, uuid4

import typer
from pydantic import ValidationError
from rich.table import Table

from chassis.facts.clock import business_date
from chassis.facts.decider import Context, Rejected
from cli.connect import cell, err, go, out, reaching, settings, stop
from contracts.registry import AppointmentReason

if TYPE_CHECKING:
    from chassis.service.platform import Platform
    from services.registry import people

administrators = typer.Typer(
    no_args_is_help=True,
    help="Người quản trị vai trò: liệt kê, chỉ định khi không còn ai làm được. / Administrators of roles: list them, "
    "appoint one when nobody else can.",
)
Person = Annotated[UUID, typer.Argument(help="Mã định danh của người. / A person's id.")]
Hand = Annotated[
    str,
    typer.Option(help="Ai đang làm việc này: họ tên, hoặc mã định danh của người đã có. / Who does this: name or id."),
]


@administrators.command("list")
def list_administrators() -> None:
    """Ai cấp vai trò, từ ngày nào đến ngày nào. / Who gives roles, from when to when."""
    from services.registry.administrators import administrators as found  # noqa: PLC0415 - loads what others need not

    async def work() -> None:
        async with reaching("registry", settings("registry")) as platform:
            root = await _root(platform)
            told = await found(platform, root, business_date(platform.clock()))
        table = Table("person", "since", "until")
        for each in told.administrators:
            table.add_row(*map(cell, (each.person_id, each.since, each.until or "")))
        out.print(table)
        if told.nobody_from is not None:
            err.print(cell(f"Từ {told.nobody_from} không còn ai. / Nobody from {told.nobody_from} on.", style="red"))

    go(work())


@administrators.command("first")
def first(one: Person, other: Person, *, hand: Hand) -> None:
    """Chỉ định hai người quản trị đầu tiên. / Appoint the first two, so that each is the other's second person."""
    from services.registry.bootstrap import appoint_first_administrators  # noqa: PLC0415

    async def work() -> None:
        async with reaching("registry", settings("registry", owner=True)) as platform:
            by, named = await _hand(platform, hand)
            await appoint_first_administrators(platform, [one, other], await _root(platform), by)
            await _name(platform, by, named)

    _told(work)


@administrators.command("appoint")
def appoint(
    person: Person,
    *,
    hand: Hand,
    reason: Annotated[AppointmentReason, typer.Option(help="Lý do. / Why.")],
    document: Annotated[str, typer.Option(help="Số văn bản, như 12/QĐ-BHXH. / The paper's number.")],
) -> None:
    """Chỉ định một người quản trị khi không ai làm được; mọi người liên quan được báo. / Appoint one; all are told."""
    from services.registry.bootstrap import Appointment, appoint_administrator  # noqa: PLC0415

    async def work() -> None:
        async with reaching("registry", settings("registry", owner=True)) as platform:
            by, named = await _hand(platform, hand)
            wanted = Appointment(person, await _root(platform), by, reason, document)
            await appoint_administrator(platform, wanted)
            await _name(platform, by, named)

    _told(work)


async def _root(platform: "Platform") -> UUID:
    if (root := await platform.organisation.top()) is None:
        raise stop(
            "Chưa có danh mục đơn vị; hãy nhập bằng lệnh “thidua units import TỆP” trước.",
            "No unit is known yet; run “thidua units import FILE” first.",
        )
    return root


async def _hand(platform: "Platform", hand: str) -> "tuple[UUID, people.Details | None]":
    """Who does this: a person whose name the people directory keeps, or somebody new with the name to be put there."""
    from services.registry import people  # noqa: PLC0415

    try:
        known: UUID | None = UUID(hand)
    except ValueError:
        known = None
    if known is not None:
        named = "select true from people where person_id = $1 and details is not null"
        if not await platform.pool.fetchval(named, known):
            raise stop(
                "Không có họ tên của người mang mã này; hãy ghi họ tên của người đang làm việc này.",
                "Nobody's name is known under this id; give the name of who does this.",
            )
        return known, None
    try:
        return uuid4(), people.Details(full_name=hand)
    except ValidationError:
        raise stop("Họ tên không dùng được; hãy ghi lại.", "This is no name; write it again.") from None


async def _name(platform: "Platform", hand: UUID, details: "people.Details | None") -> None:
    """Put somebody new into the people directory, once what the hand did is done."""
    from services.registry import people  # noqa: PLC0415
    from services.registry.domain.person import PERSON, EnrolPerson, Known  # noqa: PLC0415

    if details is not None:
        context = Context(business_date(platform.clock()), hand)
        await platform.executor.execute(PERSON, hand, EnrolPerson(person_id=hand), context, known=Known())
        await people.change(platform.store, hand, details, Context(context.occurred_on, hand))


def _told(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        go(work())
    except Rejected as refused:
        raise stop(refused.vi, refused.en) from None
    except ValidationError:
        raise stop(
            "Số văn bản không đúng dạng; hãy ghi như 12/QĐ-BHXH.", "The paper's number is malformed; write 12/QĐ-BHXH."
        ) from None
    out.print("Đã chỉ định; mọi người liên quan được báo. / Appointed; everyone concerned is told.")
