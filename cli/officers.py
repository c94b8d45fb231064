"""Made-up officers for the demo, and the client through which each of them works with the platform."""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx

_PEOPLE = uuid5(NAMESPACE_URL, "urn:thidua:demo:people")
_COMMANDS = uuid5(NAMESPACE_URL, "urn:thidua:demo:commands")
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Y", "Lò")
_MIDDLE = ("Thị", "Văn", "Minh", "Thu", "Quốc", "Ngọc", "Hữu", "Thanh", "Xuân")
_GIVEN = ("An", "Bình", "Châu", "Dung", "Giang", "Hà", "Khánh", "Lan", "Mai", "Nam", "Phúc", "Quyên", "Sơn", "Trang")


class Refused(Exception):
    """The platform said no: a problem detail."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('type')}: {problem.get('detail')}")
        self.status, self.problem = status, problem

    @property
    def code(self) -> str:
        """Stable code of the problem."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Officer:
    """A made-up person in a role."""

    name: str

    @property
    def id(self) -> UUID:
        """The person's id."""
        return uuid5(_PEOPLE, self.name)

    def details(self) -> dict[str, str]:
        """A made-up name, a phone in no use, an address that leads nowhere."""
        draw = random.Random(self.name)  # noqa: S311 - made-up names, not secrets
        full = f"{draw.choice(_FAMILY)} {draw.choice(_MIDDLE)} {draw.choice(_GIVEN)}"
        phone = f"09{draw.randrange(10**8):08d}"
        return {"full_name": full, "phone": phone, "email": f"{self.name.lower()}@thidua.example"}


@dataclass(slots=True)
class Desk:
    """Sends commands and queries as officers, over HTTP; remembers which commands were acknowledged."""

    http: httpx.AsyncClient
    urls: Mapping[str, str]
    issuer: str
    concurrency: int = 24
    acknowledged: dict[str, set[UUID]] = field(default_factory=dict)
    refused: int = 0
    _tokens: dict[UUID, str] = field(default_factory=dict)
    _gate: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._gate = asyncio.Semaphore(self.concurrency)

    async def token(self, person: UUID) -> str:
        """Bearer token of a person, from the local issuer."""
        while person not in self._tokens:
            try:
                answer = await self.http.post(f"{self.issuer}/token", json={"sub": str(person)})
            except httpx.ReadError:  # a connection that was kept and has just been closed
                continue
            self._tokens[person] = answer.raise_for_status().json()["access_token"]
        return self._tokens[person]

    async def ask(self, officer: Officer, service: str, path: str, **query: object) -> Any:
        """Answer to a query."""
        return await self._send(officer, "GET", service, path, params={k: str(v) for k, v in query.items()})

    async def tell(
        self, officer: Officer, service: str, path: str, body: object = None, *, method: str = "POST", **kwargs: Any
    ) -> Any:
        """Answer to a command; the same command from the same officer always goes under the same id.

        While the platform is away, or asks to come back later, it is sent again, as a person would.
        """
        key = uuid5(_COMMANDS, f"{officer.name} {method} {service} {path} {body!r}")
        headers = {"Idempotency-Key": str(key), **kwargs.pop("headers", {})}
        answer = await self._send(officer, method, service, path, json=body, headers=headers, **kwargs)
        if method == "POST" and isinstance(answer, dict) and "position" in answer:
            self.acknowledged.setdefault(service, set()).add(UUID(answer["command_id"]))
        return answer

    async def _send(
        self, officer: Officer, method: str, service: str, path: str, headers: Mapping[str, str] = {}, **kwargs: Any
    ) -> Any:
        bearer = {"Authorization": f"Bearer {await self.token(officer.id)}", **headers}
        if kwargs.get("json", ...) in (None, ...):
            kwargs.pop("json", None)
        async with self._gate:
            for attempt in range(240):
                try:
                    url = f"{self.urls[service]}/api/v1{path}"
                    answer = await self.http.request(method, url, headers=bearer, **kwargs)
                except httpx.TransportError:
                    await asyncio.sleep(min(0.1 * 2**attempt, 2))
                    continue
                if answer.status_code in (408, 502, 503, 504):  # 408: it was stopped in the midst of reading
                    await asyncio.sleep(min(0.1 * 2**attempt, 2))
                    continue
                if answer.is_error:
                    refused = Refused(answer.status_code, answer.json())
                    if refused.code == "role-missing":  # just granted, and on its way to this service
                        await asyncio.sleep(min(0.1 * 2**attempt, 2))
                        continue
                    self.refused += 1
                    raise refused
                return answer.json()
        raise TimeoutError(f"{method} {service}{path}")

    async def pages(self, officer: Officer, service: str, path: str, **query: object) -> list[dict[str, Any]]:
        """All items of a paged list."""
        items: list[dict[str, Any]] = []
        after: dict[str, object] = {}
        while True:
            page = await self.ask(officer, service, path, limit=500, **query, **after)
            items += page["items"]
            if page["next"] is None:
                return items
            after = {"after": page["next"]}


async def all_of(work: Sequence[Any], step: Any = None) -> list[Any]:
    """Results of many awaitables in their order; `step()` after each."""

    async def one(awaitable: Any) -> Any:
        result = await awaitable
        if step is not None:
            step()
        return result

    return await asyncio.gather(*(one(awaitable) for awaitable in work))
