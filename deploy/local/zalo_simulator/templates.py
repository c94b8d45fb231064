"""Message templates and what their data must look like."""

import re
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from deploy.local.zalo_simulator import errors

TIME = r"\d{2}:\d{2}(:\d{2})?"
DATE = re.compile(rf"{TIME}|({TIME} )?\d{{2}}/\d{{2}}/\d{{4}}|\d{{2}}/\d{{4}}", re.ASCII)
DIGITS = re.compile(r"\d+", re.ASCII)
PLACEHOLDER = re.compile(r"<([a-z_]+)>")


class ParamType(StrEnum):
    """Kinds of parameters that Zalo knows."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    CODE = "code"
    LABEL = "label"
    STATUS = "status"
    CONTACT = "contact"
    TITLE = "title"
    PRODUCT = "product"
    AMOUNT = "amount"
    DATE = "date"
    OTP = "otp"
    URL = "url"
    VND = "vnd"
    BANK_NOTE = "bank_note"


LONGEST = {
    ParamType.NAME: 30,
    ParamType.PHONE: 15,
    ParamType.ADDRESS: 200,
    ParamType.CODE: 30,
    ParamType.LABEL: 30,
    ParamType.STATUS: 30,
    ParamType.CONTACT: 50,
    ParamType.TITLE: 5,
    ParamType.PRODUCT: 200,
    ParamType.AMOUNT: 20,
    ParamType.DATE: 20,
    ParamType.OTP: 10,
    ParamType.URL: 200,
    ParamType.VND: 12,
    ParamType.BANK_NOTE: 90,
}
FORMATS = {ParamType.DATE: DATE, ParamType.AMOUNT: DIGITS, ParamType.VND: DIGITS, ParamType.OTP: DIGITS}


class TemplateStatus(StrEnum):
    """How far a template is in Zalo's review; only enabled ones can be sent."""

    ENABLE = "ENABLE"
    PENDING_REVIEW = "PENDING_REVIEW"
    REJECT = "REJECT"
    DISABLE = "DISABLE"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Param(_Strict):
    """One parameter; its longest value, in code points as received, is that of its type unless set lower."""

    name: str = Field(pattern="^[a-z][a-z_]*$")
    label: str = ""
    type: ParamType
    max_length: int = Field(default=0, ge=0, alias="maxLength")
    require: bool = True

    @model_validator(mode="after")
    def _within_type(self) -> Self:
        if self.max_length > LONGEST[self.type]:
            raise ValueError(f"{self.name}: at most {LONGEST[self.type]} for the type {self.type}")
        return self

    def refuse(self, value: object) -> int:
        """Return the error that this value brings; 0 when it is right."""
        if value is None or value == "":
            return errors.DATA_MISSING if self.require else errors.OK
        if not isinstance(value, str):
            return errors.DATA_FORMAT
        if len(value) > (self.max_length or LONGEST[self.type]):
            return errors.DATA_TOO_LONG
        pattern = FORMATS.get(self.type)
        return errors.OK if pattern is None or pattern.fullmatch(value) else errors.DATA_FORMAT


class Template(_Strict):
    """A registered message; `error` is answered to every use of it (0: none), `night` allows sending at night."""

    id: str = Field(pattern=r"^\d+$")
    name: str
    title: str = ""
    text: str = ""
    params: tuple[Param, ...]
    status: TemplateStatus = TemplateStatus.ENABLE
    night: bool = True
    error: int = Field(default=0, le=0)

    def refuse(self, data: object) -> int:
        """Return the first error that sending this data brings; 0 when it is right."""
        if not isinstance(data, dict) or not data:
            return errors.DATA_EMPTY if self.params else errors.OK
        return next(filter(None, (param.refuse(data.get(param.name)) for param in self.params)), errors.OK)

    @cached_property
    def in_text(self) -> frozenset[str]:
        """Names of the parameters that stand in the text."""
        return frozenset(PLACEHOLDER.findall(self.text))

    def label(self, name: str) -> str:
        """Return what stands before a parameter's value on the phone."""
        return next((param.label for param in self.params if param.name == name and param.label), name)

    def filled(self, data: dict[str, str]) -> str:
        """Return the text as the receiver reads it."""
        return PLACEHOLDER.sub(lambda place: data.get(place[1], ""), self.text)


def load(path: Path) -> dict[str, Template]:
    """Read templates from YAML, by id; pydantic's ValidationError names what is wrong."""
    templates = TypeAdapter(list[Template]).validate_python(yaml.safe_load(path.read_text("utf-8")))
    return {template.id: template for template in templates}
