"""Figures, days, counts and flags as facts hold them: read as they were written, or not at all.

In JSON figures and days are text: a number would pass through a binary float, in which 1e-400 is 0, and one in place of
a day would count from 1970.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, slots=True)
class _Text:
    """Reads a value from JSON text of one form alone; code may give it as ever, and the schema says as much."""

    pattern: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        value = handler(source)
        text = core_schema.str_schema(strict=True, pattern=self.pattern)
        return core_schema.json_or_python_schema(core_schema.chain_schema([text, value]), value)

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(schema["python_schema"])


Figure = Annotated[Decimal, _Text(r"^-?[0-9]+(\.[0-9]+)?(E[+-][0-9]{1,3})?$")]
"""A decimal, written as Python writes one; whoever claims a thousand zeros is not read."""

Day = Annotated[date, _Text(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
"""A date."""

Count = Annotated[int, Field(strict=True)]
"""A whole number, written as one: not 1.0, nor "1", nor true."""

Flag = Annotated[bool, Field(strict=True)]
"""True or false; a number is neither."""
