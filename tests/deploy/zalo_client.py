"""An application's client of a running Zalo simulator, for the tests."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from deploy.local.loopback import listen, serving
from deploy.local.zalo_simulator import create
from tests.network import ONE_CALL_EACH

PHONE = "84987654321"
NOON = 1_763_960_400.0  # 2025-11-24 12:00 in Viet Nam
GRANTED = {
    "recipient_name": "Lò Thị Mẫu",
    "unit": "Bảo hiểm xã hội tỉnh Mẫu",
    "award": "Bằng khen của Tổng Giám đốc",
    "decision_number": "1234/QĐ-BHXH",
    "campaign": "Đợt thi đua đặc biệt",
}


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Zalo:
    """A running simulator and an application's client of it."""

    web: httpx.AsyncClient
    data: Path
    clock: Clock
    credentials: dict[str, Any] = field(default_factory=dict)

    def read_credentials(self) -> None:
        self.credentials = json.loads((self.data / "zalo-oa.json").read_text())

    async def call(self, token: str | None = None, **changes: Any) -> httpx.Response:
        wish = {"phone": PHONE, "template_id": "410004", "template_data": GRANTED, "tracking_id": "n-1", **changes}
        body = {name: value for name, value in wish.items() if value is not None}
        headers = {"access_token": token or self.credentials["access_token"]}
        return await self.web.post("/message/template", json=body, headers=headers)

    async def send(self, **changes: Any) -> dict[str, Any]:
        response = await self.call(**changes)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        assert set(answer) == {"error", "message", "data"}
        return answer

    async def order(self, path: str, body: dict[str, Any]) -> None:
        (await self.web.post(f"/_sim/{path}", json=body)).raise_for_status()

    async def get(self, path: str, **query: Any) -> Any:
        headers = {"access_token": self.credentials["access_token"]}
        return (await self.web.get(path, params=query, headers=headers)).raise_for_status().json()

    async def refresh(self, secret_key: str | None = None, **changes: Any) -> dict[str, Any]:
        form = {
            "app_id": self.credentials["app_id"],
            "grant_type": "refresh_token",
            "refresh_token": self.credentials["refresh_token"],
            **changes,
        }
        headers = {"secret_key": secret_key or self.credentials["secret_key"]}
        answer: dict[str, Any] = (await self.web.post("/v4/oa/access_token", data=form, headers=headers)).json()
        return answer


@asynccontextmanager
async def running(data: Path, **options: Any) -> AsyncIterator[Zalo]:
    clock = Clock()
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(serving(create(data, clock=clock, **options), listen(0)))
        web = await stack.enter_async_context(httpx.AsyncClient(base_url=url, limits=ONE_CALL_EACH))
        zalo = Zalo(web, data, clock)
        zalo.read_credentials()
        yield zalo
