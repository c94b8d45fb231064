"""What Zalo does with a message: every check in its order, then acceptance; and what has been ordered to go wrong."""

import re
import secrets
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.zalo_simulator import errors, templates
from deploy.local.zalo_simulator.account import OaAccount
from deploy.local.zalo_simulator.limits import RateLimit, day_of, hour_of
from deploy.local.zalo_simulator.messages import Message, MessageLog

MOBILE = re.compile(r"\+?(84[35789]\d{8})", re.ASCII)
TRACKING_ID = re.compile(r"[A-Za-z0-9._-]{1,48}")
NORMAL, BEYOND_QUOTA = "1", "3"
DEVELOPMENT = "development"
NIGHT_BEGINS, NIGHT_ENDS = 22, 6


class Behaviour(BaseModel):
    """How a phone behaves: the error it answers (0: none), if messages reach it, if it is an administrator's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    error: int = Field(default=0, le=0)
    deliver: bool = True
    admin: bool = False


USUAL = Behaviour()


class FaultKind(StrEnum):
    """A proxy's error page; a message taken and the connection cut; a message taken and answered late."""

    HTTP_502 = "http_502"
    ACCEPTED_THEN_CUT = "accepted_then_cut"
    SLOW = "slow"


class Fault(BaseModel):
    """What happens to the `next` messages; `ms` is how late a slow answer is."""

    model_config = ConfigDict(extra="forbid")

    next: int = Field(ge=1)
    kind: FaultKind
    ms: int = Field(default=3_000, ge=0, le=600_000)


class Simulator:
    """The state of the simulated Zalo; everything in `data` survives a restart, orders for faults do not."""

    def __init__(
        self, data: Path, template_file: Path, clock: Callable[[], float], *, rate_limit: int, daily_quota: int
    ) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.account = OaAccount(data / "zalo-oa.json", clock)
        self.log = MessageLog(data / "zalo-messages.jsonl")
        self.templates = templates.load(template_file)
        self.phones: dict[str, Behaviour] = {}
        self.account_error = errors.OK
        self.rate = RateLimit(rate_limit, clock)
        self.faults: list[Fault] = []
        self._daily_quota = daily_quota
        self._clock = clock

    def gate(self, access_token: str | None) -> int:
        """Return the error with which any call of the account is turned away; 0 when it may go on."""
        if not self.account.knows(access_token):
            return errors.TOKEN_INVALID
        return errors.OK if self.rate.take() else errors.RATE_LIMIT

    def send(self, access_token: str | None, body: bytes) -> Message | int:
        """Accept the message that a request's body describes, or return the first error. Never looks for duplicates."""
        if error := self.gate(access_token) or self.account_error:
            return error
        if not body:
            return errors.BODY_EMPTY
        try:
            wish = orjson.loads(body)
        except orjson.JSONDecodeError:
            return errors.BODY_INVALID
        if not isinstance(wish, dict):
            return errors.BODY_INVALID
        refused = self._refuse_parameters(wish) or self._refuse_template(wish) or self._refuse_recipient(wish)
        return refused or self._accept(wish)

    def quota(self) -> dict[str, str]:
        """Return the day's quota and what is left of it, as strings, the way Zalo does."""
        left = max(0, self._daily_quota - self.log.sent_on(day_of(self._clock())))
        return {"dailyQuota": str(self._daily_quota), "remainingQuota": str(left)}

    def take_fault(self) -> Fault | None:
        """Return what shall happen to the message at hand, and count it."""
        if not self.faults:
            return None
        fault = self.faults[0]
        fault.next -= 1
        if not fault.next:
            del self.faults[0]
        return fault

    def _refuse_parameters(self, wish: dict[str, Any]) -> int:
        mode, sending_mode = wish.get("mode", ""), wish.get("sending_mode", NORMAL)
        if not TRACKING_ID.fullmatch(_text(wish.get("tracking_id"))) or mode not in ("", DEVELOPMENT):
            return errors.PARAMETER_INVALID
        if sending_mode not in (NORMAL, BEYOND_QUOTA):
            return errors.PARAMETER_INVALID
        if sending_mode == BEYOND_QUOTA:
            return errors.BEYOND_QUOTA_FORBIDDEN
        return errors.OK if MOBILE.fullmatch(_text(wish.get("phone"))) else errors.PHONE_INVALID

    def _refuse_template(self, wish: dict[str, Any]) -> int:
        template = self.templates.get(_text(wish.get("template_id")))
        if template is None:
            return errors.TEMPLATE_ID_INVALID
        if template.status is not templates.TemplateStatus.ENABLE:
            return errors.TEMPLATE_NOT_APPROVED
        return template.error or template.refuse(wish.get("template_data"))

    def _refuse_recipient(self, wish: dict[str, Any]) -> int:
        behaviour = self._behaviour(wish)
        if behaviour.error:
            return behaviour.error
        if not self.templates[wish["template_id"]].night and not NIGHT_ENDS <= hour_of(self._clock()) < NIGHT_BEGINS:
            return errors.NIGHT
        if self.quota()["remainingQuota"] == "0":
            return errors.DAILY_QUOTA
        return errors.ADMINS_ONLY if wish.get("mode") and not behaviour.admin else errors.OK

    def _behaviour(self, wish: dict[str, Any]) -> Behaviour:
        return self.phones.get(wish["phone"].removeprefix("+"), USUAL)

    def _accept(self, wish: dict[str, Any]) -> Message:
        params = self.templates[wish["template_id"]].params
        data = wish.get("template_data") or {}
        message = Message(
            seq=self.log.next_seq,
            msg_id=secrets.token_hex(10),
            phone=wish["phone"].removeprefix("+"),
            template_id=wish["template_id"],
            template_data={param.name: data[param.name] for param in params if data.get(param.name)},
            tracking_id=wish["tracking_id"],
            sending_mode=NORMAL,
            mode=wish.get("mode", ""),
            sent_time=int(self._clock() * 1000),
            delivered=self._behaviour(wish).deliver,
        )
        self.log.add(message)
        return message


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
