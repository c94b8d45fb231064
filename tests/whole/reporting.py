"""Reviews and the reports in them, for tests of all: opened, written, sent to and fro, added up; each command once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID

from services.campaigns.domain.report_state import report_id
from services.campaigns.domain.review import review_id
from tests.campaigns.papers_in_word import typed
from tests.whole.bodies import REVIEWED, WRITTEN
from tests.whole.figures import PDF
from tests.whole.house import ADMIN, DIRECTOR, HEAD, OFFICER, ROOT, House

CSV: Final = "Năm,Số thẻ\n2024,15\n".encode()
WORD: Final = typed(["1. Kết quả: Đã thực hiện"])


def opening(code: str, **more: Any) -> dict[str, Any]:
    """A review of the root, outside any campaign."""
    return {"unit_id": str(ROOT), "review": REVIEWED | {"code": code} | more}


def of(code: str, unit: UUID) -> str:
    """Id of a unit's report in it."""
    return str(report_id(review_id(None, ROOT, code), unit))


async def later(house: House, code: str) -> str:
    """A province that is established after reviews were opened: its id."""
    new = {
        "code": code, "name": f"BHXH tỉnh {code}", "kind": "provincial", "parent_id": str(ROOT),
        "established_on": house.today.isoformat(),
    }  # fmt: skip
    told = await house.tell(ADMIN, "registry", "/units", new)
    await house.settle()
    return str(told["id"])


async def attached(house: House, report: str) -> str:
    """Let a file go along with a report: its hash."""
    served = house.services["campaigns"]
    await served.ask(OFFICER, "GET", "/nowhere")
    bearer = {"Authorization": f"Bearer {served.tokens[OFFICER]}"}
    path = f"/api/v1/reports/{report}/files?name=a.pdf&title=A"
    told = await served.client.post(path, content=PDF, headers=bearer)
    assert told.status_code == 201, told.text
    shown = (await house.ask(OFFICER, "GET", "campaigns", f"/reports/{report}")).json()
    return str(shown["files"][0]["file"]["sha256"])


async def came(house: House, report: str, *, accepted: bool = False) -> None:
    """Let a report be written and sent, and be accepted."""
    for step in ("/sections", "/annex-rows"):
        await house.tell(OFFICER, "campaigns", f"/reports/{report}{step}", WRITTEN[step])
    await house.tell(HEAD, "campaigns", f"/reports/{report}/submission", WRITTEN["/submission"])
    if accepted:
        await house.tell(DIRECTOR, "campaigns", f"/reports/{report}/acceptance")


async def asked(ask: Callable[..., Awaitable[Any]], house: House, unit: UUID) -> None:
    """Each operation, as the document of the API says it."""
    earlier = opening("ky-truoc", unit_kinds=["provincial"])
    await ask(DIRECTOR, "POST campaigns/reviews", earlier)
    review = (await ask(DIRECTOR, "POST campaigns/reviews", opening("ky-nay", unit_kinds=["provincial"])))["id"]
    before, report = of("ky-truoc", unit), of("ky-nay", unit)
    await house.settle()

    async def step(person: UUID, way: str, body: object = None, key: str = report, /, **query: object) -> Any:
        said = [] if body is None else [body]
        return await ask(person, f"POST campaigns/reports/{{id}}{way}:{key}", *said, **query)

    await step(OFFICER, "/remedies", WRITTEN["/remedies"], before)
    for name in ("/sections", "/annex-rows", "/shortfalls", "/remedies", "/lessons"):
        await step(OFFICER, name, WRITTEN[name])
    await step(OFFICER, "/remedy-checks", WRITTEN["/remedy-checks"] | {"earlier_report_id": before})
    await step(OFFICER, "/files", PDF, name="a.pdf", title="Ảnh")
    told = await step(OFFICER, "/word-trials", WORD)
    assert told["changes"] == 0
    await step(OFFICER, "/word-imports", WORD)
    await step(OFFICER, "/annex-readings", CSV, table="support")
    await step(HEAD, "/reports-below", WRITTEN["/reports-below"])
    urging = WRITTEN["/urgings"] | {"on": house.today.isoformat()}
    await step(DIRECTOR, "/urgings", urging)
    shown = await ask(OFFICER, f"GET campaigns/reports/{{id}}:{report}")
    digest = shown["files"][0]["file"]["sha256"]
    await ask(OFFICER, f"GET campaigns/reports/{{id}}/files/{{sha256}}:{report}/{digest}")
    await ask(OFFICER, f"GET campaigns/reports/{{id}}/texts/{{section}}:{report}/I")
    await ask(OFFICER, f"GET campaigns/reports/{{id}}/word:{report}")
    await ask(OFFICER, f"GET campaigns/reports/{{id}}/annex-file:{report}", table="support")
    await step(OFFICER, "/files-detached", {"sha256": digest})
    await step(HEAD, "/submission", WRITTEN["/submission"])
    await step(DIRECTOR, "/return", WRITTEN["/reports//return"])
    await step(HEAD, "/submission", WRITTEN["/submission"])
    await step(HEAD, "/recall", WRITTEN["/reports//recall"])
    await step(HEAD, "/submission", WRITTEN["/submission"])
    await step(DIRECTOR, "/acceptance")
    await step(OFFICER, "/corrections", WRITTEN["/reports//corrections"])
    await step(DIRECTOR, "/acceptance")
    await step(OFFICER, "/sections", WRITTEN["/sections"], before)
    paper = {"name": "a.pdf", "received_on": house.today.isoformat()}
    await step(DIRECTOR, "/paper-submission", PDF, before, **paper)
    at = (await ask(DIRECTOR, f"POST campaigns/reviews/{{id}}/consolidation:{review}"))["position"]
    await ask(OFFICER, "GET campaigns/reviews", unit_id=str(unit), open="true", at_least=at)
    await ask(OFFICER, f"GET campaigns/reviews/{{id}}:{review}", at_least=at)
    await ask(OFFICER, "GET campaigns/reports", unit_id=str(unit), limit=2)
    new = await later(house, "P97")
    extension = WRITTEN["/extension"] | {"unit_id": new}
    await ask(DIRECTOR, f"POST campaigns/reviews/{{id}}/extension:{review}", extension)
    cell = {"table": "support", "year": 2024, "column": "cards"}
    for name, query in (
        ("reports", {"limit": 2}), ("late", {}), ("annex", {"version": 1}), ("versions", {}), ("annex-file", {}),
        ("annex-cells", cell),
    ):  # fmt: skip
        await ask(DIRECTOR, f"GET campaigns/reviews/{{id}}/{name}:{review}", **query)
    await ask(DIRECTOR, f"POST campaigns/reviews/{{id}}/close:{review}")
    await ask(DIRECTOR, f"POST campaigns/reviews/{{id}}/reopen:{review}", WRITTEN["/reviews//reopen"])


async def tried(run: Callable[..., Awaitable[None]], house: House, units: Sequence[UUID]) -> None:
    """Each command with a body, spoilt in every way, some reports for each."""
    central = {"unit_kinds": ["central_department"]}  # one unit: each review that is taken asks all of its kinds
    await run("campaigns open_review", DIRECTOR, "/reviews", lambda n: opening(f"thu-{n}", **central))
    for code in ("ky-truoc", "ky-nay"):
        await house.tell(DIRECTOR, "campaigns", "/reviews", opening(code, unit_kinds=["provincial"]))
    reports = [of("ky-nay", unit) for unit in units]
    written, sent, accepted = reports[:6], reports[6:18], reports[18:24]
    before = [of("ky-truoc", unit) for unit in units[:6]]
    for report in before:
        await house.tell(OFFICER, "campaigns", f"/reports/{report}/remedies", WRITTEN["/remedies"])
    for report in (*sent, *accepted):
        await came(house, report, accepted=report in accepted)
    await house.settle()

    async def step(name: str, person: UUID, way: str, body: Any, keys: Sequence[str]) -> None:
        await run(f"campaigns {name}", person, [f"/reports/{key}{way}" for key in keys], body)

    for name, way in (
        ("write_section", "/sections"), ("fill_annex", "/annex-rows"), ("explain_shortfall", "/shortfalls"),
        ("plan_remedy", "/remedies"), ("record_lesson", "/lessons"),
    ):  # fmt: skip
        await step(name, OFFICER, way, WRITTEN[way], written)
    checks = [WRITTEN["/remedy-checks"] | {"earlier_report_id": key} for key in before]
    await step("check_remedy", OFFICER, "/remedy-checks", lambda n: checks[n % len(checks)], written)
    files = [await attached(house, key) for key in written]
    await step("detach_report_file", OFFICER, "/files-detached", {"sha256": files[0]}, written)
    urging = WRITTEN["/urgings"] | {"on": house.today.isoformat()}
    await step("urge_report", DIRECTOR, "/urgings", urging, written)
    await step("ask_below", HEAD, "/reports-below", WRITTEN["/reports-below"], written[:1])
    await step("submit_report", HEAD, "/submission", WRITTEN["/submission"], written)
    await step("return_report", DIRECTOR, "/return", WRITTEN["/reports//return"], sent[:6])
    await step("recall_report", HEAD, "/recall", WRITTEN["/reports//recall"], sent[6:])
    await step("correct_report", OFFICER, "/corrections", WRITTEN["/reports//corrections"], accepted)
    review = f"/reviews/{review_id(None, ROOT, 'ky-nay')}"
    new = [await later(house, f"P{90 + number}") for number in range(3)]
    extensions = [WRITTEN["/extension"] | {"unit_id": unit} for unit in new]
    await run("campaigns extend_review", DIRECTOR, f"{review}/extension", lambda n: extensions[n % len(extensions)])
    await house.tell(DIRECTOR, "campaigns", f"{review}/close")
    await run("campaigns reopen_review", DIRECTOR, f"{review}/reopen", WRITTEN["/reviews//reopen"])


def reads(units: Sequence[UUID]) -> list[tuple[str, str]]:
    """Queries about them, by service and path."""
    review = review_id(None, ROOT, "ky-nay")
    paths = [f"/reviews/{review}{each}" for each in ("", "/reports", "/late", "/annex", "/versions")]
    paths += ["/reviews?limit=500", "/reports?limit=500", *(f"/reports/{of('ky-nay', unit)}" for unit in units[:24:4])]
    return [("campaigns", path) for path in paths]
