"""Zalo's own addresses, of three hosts by their paths; plain routes, since a load test goes through here."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from deploy.local.cutting import Cut
from deploy.local.zalo_simulator import errors
from deploy.local.zalo_simulator.messages import Message
from deploy.local.zalo_simulator.simulator import FaultKind, Simulator

PROXY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


async def send_template(request: Request) -> Response:
    """`POST /message/template`: send a template message to a phone number."""
    zalo = the_simulator(request)
    body = await request.body()
    fault = zalo.take_fault()
    if fault and fault.kind is FaultKind.HTTP_502:
        return HTMLResponse(PROXY_PAGE, 502)
    sent = zalo.send(request.headers.get("access_token"), body)
    if fault and fault.kind is FaultKind.ACCEPTED_THEN_CUT:
        return Cut()
    if fault and fault.kind is FaultKind.SLOW:
        await asyncio.sleep(fault.ms / 1000)
    return _answer(zalo, sent if isinstance(sent, int) else errors.OK, _receipt(zalo, sent))


async def message_status(request: Request) -> Response:
    """`GET /message/status?message_id=`: 1 delivered, 0 still at Zalo, -1 unknown."""
    zalo = the_simulator(request)
    message_id = request.query_params.get("message_id", "")
    error = zalo.gate(request.headers.get("access_token")) or (0 if message_id else errors.MESSAGE_ID_INVALID)
    message = zalo.log.find(message_id)
    status = -1 if message is None else int(message.delivered)
    at = str(message.sent_time) if message and message.delivered else ""
    return _answer(zalo, error, {"status": status, "delivery_time": at, "message": ""})


async def message_quota(request: Request) -> Response:
    """`GET /message/quota`: what may be sent today; promotions are not simulated."""
    zalo = the_simulator(request)
    promotion = ("dailyQuotaPromotion", "remainingQuotaPromotion", "monthlyPromotionQuota",
                 "remainingMonthlyPromotionQuota", "estimatedNextMonthPromotionQuota")  # fmt: skip
    return _answer(
        zalo, zalo.gate(request.headers.get("access_token")), {**zalo.quota(), **dict.fromkeys(promotion, "0")}
    )


async def access_token(request: Request) -> Response:
    """`POST /v4/oa/access_token`: a new pair of tokens for a refresh token."""
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    return _json(the_simulator(request).account.refresh(form, request.headers.get("secret_key")))


ROUTES = [
    Route("/message/template", send_template, methods=["POST"]),
    Route("/message/status", message_status, methods=["GET"]),
    Route("/message/quota", message_quota, methods=["GET"]),
    Route("/v4/oa/access_token", access_token, methods=["POST"]),
]


def the_simulator(request: Request) -> Simulator:
    """Return the simulator of this application."""
    zalo: Simulator = request.app.state.zalo
    return zalo


def _receipt(zalo: Simulator, sent: Message | int) -> dict[str, Any] | None:
    if isinstance(sent, int):
        return None
    return {
        "msg_id": sent.msg_id,
        "sent_time": str(sent.sent_time),
        "sending_mode": sent.sending_mode,
        "quota": zalo.quota(),
    }


def _answer(zalo: Simulator, error: int, data: Mapping[str, Any] | None) -> Response:
    message = errors.MESSAGES.get(error, "Unknown error")
    return _json({"error": error, "message": message, "data": None if error else data}, zalo.rate.headers)


def _json(content: object, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(content), headers=headers, media_type="application/json")
