"""Commands over HTTP: what an accepted one answers, and what each kind of wrong input is told."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.requests import Request

from chassis.web.api import Readiness
from chassis.web.headers import command_id
from tests.chassis.web_support import ALICE, PLEDGES, Issuer, an_api, an_issuer, code


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuer]:
    async with an_issuer() as issuer:
        yield issuer


@pytest.fixture(scope="module")
async def api(issuer: Issuer) -> AsyncIterator[httpx.AsyncClient]:
    async with an_api(issuer) as api:
        yield api


async def test_an_accepted_command_answers_its_place_and_repeats_its_key(api: httpx.AsyncClient) -> None:
    key = uuid4()
    answer = await api.post(PLEDGES, json={"name": "A"}, headers={"Idempotency-Key": str(key), "If-Match": '"4"'})
    assert answer.status_code == 201
    assert answer.json() == {
        "id": PLEDGES[-36:],
        "position": 7,
        "version": 1,
        "command_id": str(command_id(ALICE, key)),
    }
    assert (answer.headers["etag"], answer.headers["idempotency-key"]) == ('"1"', str(key))


async def test_a_command_without_a_key_gets_a_new_one(api: httpx.AsyncClient) -> None:
    keys = {(await api.post(PLEDGES, json={"name": "A"})).headers["idempotency-key"] for _ in range(3)}
    assert len({UUID(key) for key in keys}) == 3


async def test_one_key_of_two_persons_is_two_commands_and_neither_is_the_key(
    issuer: Issuer, api: httpx.AsyncClient
) -> None:
    key = uuid4()
    found = []
    for sub in (ALICE, ALICE, uuid4()):
        headers = {"Idempotency-Key": str(key), "Authorization": f"Bearer {issuer.token(sub=str(sub))}"}
        answer = await api.post(PLEDGES, json={"name": "A"}, headers=headers)
        assert answer.headers["idempotency-key"] == str(key)
        found.append(answer.json()["command_id"])
    assert found[0] == found[1] != found[2]
    assert str(key) not in found


@pytest.mark.parametrize("form", ['"{}"', "{}"])
async def test_a_key_may_stand_in_quotes_as_in_the_ietf_draft(api: httpx.AsyncClient, form: str) -> None:
    key = uuid4()
    answer = await api.post(PLEDGES, json={"name": "A"}, headers={"Idempotency-Key": form.format(key)})
    assert answer.headers["idempotency-key"] == str(key)


@pytest.mark.parametrize("key", ["", "7", "not-a-uuid", "\xff" * 36])
async def test_a_malformed_key_is_refused(api: httpx.AsyncClient, key: str) -> None:
    answer = await api.post(PLEDGES, json={"name": "A"}, headers={b"Idempotency-Key": key.encode("latin-1")})
    assert (answer.status_code, code(answer)) == (400, "idempotency-key-malformed")


@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("etag", ["7", '"7', '"7" "8"', "", '*, "7"', "w/7"])
async def test_a_malformed_condition_is_refused(api: httpx.AsyncClient, header: str, etag: str) -> None:
    answer = await api.post(PLEDGES, json={"name": "A"}, headers={header: etag})
    assert (answer.status_code, code(answer)) == (400, f"{header.lower()}-malformed")


@pytest.mark.parametrize("name", ["Authorization", "Idempotency-Key"])
async def test_a_line_that_may_come_once_is_refused_twice(api: httpx.AsyncClient, name: str) -> None:
    value = api.headers["Authorization"] if name == "Authorization" else str(uuid4())
    headers = [
        ("Authorization", api.headers["Authorization"]),
        *([(name, value)] * (1 if name == "Authorization" else 2)),
    ]
    answer = await api.post(PLEDGES, json={"name": "A"}, headers=headers)
    assert (answer.status_code, code(answer)) == (400, "header-repeated")


WRONG = {"name": "", "year": "secret-year", "on": "2024-13-01", "targets": [{"value": 101}, {}], "secret-extra": 1}


async def test_each_wrong_field_is_told_in_both_languages_what_to_do_and_no_value_is_echoed(
    api: httpx.AsyncClient,
) -> None:
    answer = await api.post(PLEDGES, json=WRONG)
    assert (answer.status_code, code(answer)) == (422, "invalid-input")
    told = {error["field"]: (error["vi"], error["en"]) for error in answer.json()["errors"]}
    assert told == {
        "name": ("Hãy nhập ít nhất 1 ký tự.", "Enter at least 1 characters."),
        "year": ("Hãy nhập một số nguyên.", "Enter a whole number."),
        "on": ("Hãy nhập ngày theo dạng 2024-11-10.", "Enter a date such as 2024-11-10."),
        "targets.0.value": ("Hãy nhập giá trị không quá 100.", "Enter a value of at most 100."),
        "targets.1.value": ("Hãy bổ sung trường bắt buộc này.", "Add this required field."),
        "secret-extra": ("Hãy bỏ trường không được biết đến này.", "Remove this unknown field."),
    }
    assert "secret-year" not in answer.text
    assert "2024-13-01" not in answer.text


@pytest.mark.parametrize("body", [[], "text", 7, None])
async def test_a_body_of_the_wrong_kind_is_refused(api: httpx.AsyncClient, body: object) -> None:
    answer = await api.post(PLEDGES, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert (answer.status_code, code(answer)) == (422, "invalid-input")


async def test_a_thousand_unknown_fields_are_answered_with_few_words(api: httpx.AsyncClient) -> None:
    answer = await api.post(PLEDGES, json={"name": "A", **{f"x{number}": 1 for number in range(300)}})
    assert len(answer.json()["errors"]) == 50


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"name": }', b"\xff\xfe", b'{"name": "\xc3\x28"}', b"[" * 2000, b'{"name": NaN}', b'{"name":"\\ud800"}'],
)  # fmt: skip
async def test_malformed_json_is_a_bad_request(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.post(PLEDGES, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, code(answer)) == (400, "json-malformed")


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"A","name":"B"}',
        b'{"name":"A","year":2024,"year":2024}',
        b'{"name":"A","targets":[{"value":1,"value":2}]}',
        b'{"name":"A","\\u006eame":"B"}',
    ],
)
async def test_a_key_that_stands_twice_is_a_bad_request(api: httpx.AsyncClient, body: bytes) -> None:
    answer = await api.post(PLEDGES, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, code(answer)) == (400, "json-key-repeated")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
async def test_another_media_type_is_refused(api: httpx.AsyncClient, kind: str) -> None:
    answer = await api.post(PLEDGES, content=b'{"name": "A"}', headers={"Content-Type": kind})
    assert (answer.status_code, code(answer)) == (415, "media-type-unsupported")


async def test_an_unknown_address_and_a_wrong_method_are_told_apart(api: httpx.AsyncClient) -> None:
    nowhere, wrong = await api.get("/api/v1/nowhere"), await api.put(PLEDGES)
    assert (nowhere.status_code, code(nowhere)) == (404, "not-found")
    assert (wrong.status_code, code(wrong)) == (405, "method-not-allowed")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (PLEDGES, "GET, HEAD, POST"),
        ("/api/v1/me", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/api/v1/openapi.json", "GET, HEAD"),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
async def test_a_wrong_method_is_told_every_right_one(
    api: httpx.AsyncClient, path: str, allowed: str, method: str
) -> None:
    answer = await api.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/api/v1/me", "/api/v1/openapi.json", PLEDGES])
async def test_head_answers_as_get_without_the_body(api: httpx.AsyncClient, path: str) -> None:
    head, get = await api.head(path), await api.get(path)
    assert (head.status_code, head.content) == (200, b"")
    if path != "/metrics":
        assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["content-type"] == get.headers["content-type"]


async def test_head_where_get_is_not_is_a_wrong_method(api: httpx.AsyncClient) -> None:
    assert (await api.head("/api/v1/nowhere")).status_code == 404


@pytest.mark.parametrize(
    ("header", "tags", "status"),
    [
        ("If-None-Match", '"1"', 304),
        ("If-None-Match", '"7", W/"1"', 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"2"', 200),
        ("If-Match", '"1"', 200),
        ("If-Match", '"2"', 412),
        ("If-Match", 'W/"1"', 412),
    ],
)
async def test_a_query_keeps_to_conditions(api: httpx.AsyncClient, header: str, tags: str, status: int) -> None:
    answer = await api.get(PLEDGES, headers={header: tags})
    assert (answer.status_code, answer.headers["etag"]) == (status, '"1"')


async def test_a_path_that_is_no_id_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/pledges/7", json={"name": "A"})
    assert [error["field"] for error in answer.json()["errors"]] == ["id"]


async def test_the_person_is_known_before_the_body_is_looked_at(api: httpx.AsyncClient) -> None:
    answer = await api.post(PLEDGES, content=b"{", headers={"Authorization": ""})
    assert (answer.status_code, code(answer)) == (401, "token-missing")


async def test_health_readiness_and_metrics_need_no_token(api: httpx.AsyncClient) -> None:
    assert (await api.post(PLEDGES, json={"name": "A"})).status_code == 201
    del api.headers["Authorization"]
    assert (await api.get("/healthz")).status_code == 200
    assert (await api.get("/readyz")).status_code == 200
    assert (
        'thidua_http_seconds_count{method="POST",route="/api/v1/pledges/{id}",status="201"}'
        in (await api.get("/metrics")).text
    )


async def test_a_service_whose_database_is_away_is_not_ready(issuer: Issuer) -> None:
    async with an_api(issuer, ready=False) as api:
        answer = await api.get("/readyz")
        assert (answer.status_code, code(answer)) == (503, "database-away")
        assert (await api.get("/healthz")).status_code == 200


async def test_the_schema_shows_problems_headers_and_the_token(api: httpx.AsyncClient) -> None:
    schema = (await api.get("/api/v1/openapi.json")).json()
    operation = schema["paths"]["/api/v1/pledges/{id}"]["post"]
    assert {"400", "401", "403", "404", "409", "412", "413", "415", "422", "500", "503"} <= operation[
        "responses"
    ].keys()
    assert operation["responses"]["409"]["content"].keys() == {"application/problem+json"}
    assert operation["responses"]["201"]["content"]["application/json"]["schema"]["$ref"].endswith("/AcceptedBody")
    assert {parameter["name"] for parameter in operation["parameters"]} == {"id"}
    everywhere = {parameter["name"] for parameter in schema["components"]["parameters"].values()}
    assert everywhere == {"Idempotency-Key", "If-Match", "If-None-Match", "at_least"}
    assert all(f"`{name}`" in schema["info"]["description"] or name == "at_least" for name in everywhere)
    assert schema["security"] == [{"bearer": []}]
    assert {"ProblemBody", "FieldError", "Pledge", "Part"} <= schema["components"]["schemas"].keys()
    assert "HTTPValidationError" not in schema["components"]["schemas"]


@pytest.mark.parametrize("looks", [1, 20])
async def test_readiness_is_looked_at_once_for_all_who_ask_meanwhile(looks: int) -> None:
    looked = list[bool]()

    async def ready() -> str:
        looked.append(True)
        await asyncio.sleep(0.3)
        return "ready"

    one, asked = Readiness(), Request({"type": "http", "state": {"ready": ready}})
    answers = await asyncio.gather(*((one if looks == 1 else Readiness())(asked) for _ in range(20)))
    assert [each.status_code for each in answers] == [200] * 20
    assert len(looked) == looks
