"""What the forms of a report's page ask of campaigns besides its texts and rows: each step with its body."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

FINAL: Final = {
    "submit": "submit_report",
    "recall": "recall_report",
    "accept": "accept_report",
    "return": "return_report",
}
"""Steps that are asked about on a page of their own, each with its action."""
ROUTES: Final = {"submit": "submission", "recall": "recall", "accept": "acceptance", "return": "return"}


def final_body(step: str, form: Mapping[str, str], report: Mapping[str, Any]) -> dict[str, Any] | None:
    """The body of a step that is asked about; None where it has none."""
    match step:
        case "submit":
            return {"capacity": form.get("capacity", "direct")}
        case "recall":
            return {"reason": form.get("reason", "").strip()}
        case "return":
            places = [
                {**place, "reason": reason}
                for name, place, _ in returnable(report)
                if (reason := form.get(f"x-{name}", "").strip())
            ]
            return {"reason": form.get("reason", "").strip(), "places": places}
        case _:
            return None


def returnable(report: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """The places that may be sent back: name, the place as the service takes it, and what it is called."""
    for section in report["outline"]:
        if not section["heading"]:
            yield f"s-{section['key']}", {"section": section["key"]}, section["title"]
    for annex in report["annexes"]:
        for row in sorted(annex["rows"], key=lambda each: each["year"]):
            filled = {cell["column"] for cell in row["cells"]}
            for column in annex["columns"]:
                if column["key"] in filled:
                    place = {"table": annex["key"], "year": row["year"], "column": column["key"]}
                    name = f"a-{annex['key']}-{row['year']}-{column['key']}"
                    yield name, place, f"{column['name']}, {row['year']}"
