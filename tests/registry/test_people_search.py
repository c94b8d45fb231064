"""Finding people by their names: with or without marks, by right, with a look on record; and what an erasure leaves."""

from datetime import date
from unicodedata import normalize
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis.facts.decider import Context
from chassis.facts.folding import LONGEST, folded, marked
from services.registry import people, people_names
from services.registry.api.people import router
from tests.registry.conftest import fetch_as_owner, problem
from tests.registry.examples import ADMIN, HEAD, NEIGHBOUR, OFFICER
from tests.served import Served

NAMES = {OFFICER: "Nguyễn Thị Ánh Đào", HEAD: "Đỗ Văn Khôi", NEIGHBOUR: "Nguyễn Văn Dao"}


async def keep(registry: Served, person: UUID, name: str | None) -> None:
    details = None if name is None else people.Details(full_name=name, birth_date=date(1990, 1, 2))
    await people.change(registry.platform.store, person, details, Context(date(2024, 11, 10), ADMIN))


@pytest.fixture
async def named(registry: Served) -> Served:
    for person, name in NAMES.items():
        await keep(registry, person, name)
    return registry


async def found(registry: Served, sought: str) -> list[str]:
    answer = await registry.client.get("/api/v1/people/search", params={"q": sought}, headers=await bearer(registry))
    assert answer.status_code == 200, answer.text
    return [each["full_name"] for each in answer.json()]


async def bearer(registry: Served) -> dict[str, str]:
    await registry.ask(ADMIN, "GET", "/units")
    return {"Authorization": f"Bearer {registry.tokens[ADMIN]}"}


@pytest.mark.parametrize(
    ("sought", "names"),
    [
        ("Khối", ["Đỗ Văn Khôi"]),
        ("DO VAN KHOI", ["Đỗ Văn Khôi"]),
        (normalize("NFD", "đỗ\u00a0khôi"), ["Đỗ Văn Khôi"]),
        ("do van khoj", ["Đỗ Văn Khôi"]),
        ("đào", ["Nguyễn Thị Ánh Đào", "Nguyễn Văn Dao"]),
        ("dao", ["Nguyễn Văn Dao", "Nguyễn Thị Ánh Đào"]),
        ("nguyen", ["Nguyễn Thị Ánh Đào", "Nguyễn Văn Dao"]),
        ("oi", ["Đỗ Văn Khôi"]),
        ("%", []),
        ("_o", ["Đỗ Văn Khôi", "Nguyễn Thị Ánh Đào", "Nguyễn Văn Dao"]),
        ("' or true --", []),
        ("\0", []),
        ("...", []),
    ],
)
async def test_a_person_is_found_by_a_name_with_or_without_marks(named: Served, sought: str, names: list[str]) -> None:
    assert await found(named, sought) == names


async def test_what_is_sought_has_a_length(named: Served) -> None:
    assert await found(named, "x" * LONGEST) == []
    for query in ({"q": "x" * (LONGEST + 1)}, {}):
        answer = await named.client.get("/api/v1/people/search", params=query, headers=await bearer(named))
        assert "xxx" not in str(problem(answer, 422, "invalid-input"))


async def test_each_name_that_is_given_is_a_look_on_record(named: Served) -> None:
    await found(named, "nguyen")
    looks = await fetch_as_owner(named, "select person_id, reader_id from people_reads order by id")
    assert set(looks) == {(OFFICER, ADMIN), (NEIGHBOUR, ADMIN)}
    assert len(looks) == 2
    assert await found(named, "không ai") == []
    assert len(await fetch_as_owner(named, "select from people_reads")) == 2
    mine = (await named.ask(OFFICER, "GET", "/people/me")).json()
    assert [each["reader_id"] for each in mine["reads"]] == [str(ADMIN)]


async def test_as_many_are_given_as_one_can_look_at_and_the_best_of_them(named: Served) -> None:
    for number in range(people_names.MOST_FOUND + 5):
        await keep(named, uuid4(), f"Daon Số {number:02}")
    names = await found(named, "dao")
    assert len(names) == people_names.MOST_FOUND
    assert names[0] == "Nguyễn Văn Dao"
    assert len(await fetch_as_owner(named, "select from people_reads")) == people_names.MOST_FOUND


async def test_only_who_may_read_details_finds_people(named: Served) -> None:
    for person in (OFFICER, HEAD, uuid4()):
        problem(await named.ask(person, "GET", "/people/search?q=nguyen"), 403, "role-missing")
    assert await fetch_as_owner(named, "select from people_reads") == []
    grants = {getattr(route, "name", ""): getattr(route, "grant", None) for route in router.routes}
    search, read = grants["search_people"], grants["read_person"]
    assert search is not None
    assert search == read


async def test_who_is_erased_is_found_no_more_and_nothing_of_the_name_is_left(named: Served) -> None:
    await keep(named, HEAD, "Đỗ Văn Khác")
    assert await found(named, "khôi") == []
    await keep(named, HEAD, None)
    assert await found(named, "khác") == []
    [row] = await fetch_as_owner(named, "select row::text from people row where details is null")
    assert not [part for part in ("khoi", "khôi", "khac", "khác", "văn", "van") if part in row[0].lower()]


async def test_a_version_that_does_not_know_of_search_keeps_it_right(named: Served) -> None:
    """What writes details writes the columns beside them: they cannot be forgotten, nor set to anything else."""
    pool = named.platform.pool
    await pool.execute(
        "update people set details = json_build_object('full_name', 'Lê Đông') where person_id = $1", HEAD
    )
    assert [
        tuple(row) for row in await pool.fetch("select name_folded, name_marked from people where person_id = $1", HEAD)
    ] == [("le dong", "lê đông")]
    with pytest.raises(asyncpg.GeneratedAlwaysError):
        await pool.execute("update people set name_folded = 'x'")
    await pool.execute("update people set details = null where person_id = $1", HEAD)
    assert await pool.fetchval(
        "select name_folded is null and name_marked is null from people where person_id = $1", HEAD
    )


async def test_names_are_folded_in_the_database_as_everywhere(named: Served) -> None:
    letters = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵfjzw"
    texts = [
        *letters,
        *letters.upper(),
        "Lê-Văn  O'Ánh (Đ.)",
        "K’Sor\u00a0H\u2011Nam",
        normalize("NFD", letters),
        "Số 12",
    ]
    for form in ("NFC", "NFD"):
        for text in (normalize(form, each) for each in texts):
            await named.platform.pool.execute(
                "update people set details = json_build_object('full_name', $1::text) where person_id = $2", text, HEAD
            )
            kept = await named.platform.pool.fetchrow(
                "select name_folded, name_marked from people where person_id = $1", HEAD
            )
            assert tuple(kept) == (folded(text), marked(text)), text
