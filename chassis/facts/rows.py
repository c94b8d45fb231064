"""A row of a read model, said once: its fields are the table's columns, what a query gives, and what OpenAPI shows."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType, UnionType
from typing import Any, ClassVar, Final, Generic, Self, TypeVar, Union, get_args, get_origin
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, Index, Integer, MetaData, Numeric, Table, Text
from sqlalchemy import Uuid as UuidType
from sqlalchemy.types import TypeEngine

from chassis.facts.projection import Add, Drop, Put

_TYPES: Final[Mapping[type, tuple[TypeEngine[Any], str]]] = MappingProxyType(
    {
        UUID: (UuidType(), "uuid"),
        str: (Text(), "text"),
        bool: (Boolean(), "bool"),
        int: (Integer(), "int"),
        Decimal: (Numeric(), "numeric"),
        datetime: (DateTime(timezone=True), "timestamptz"),
        date: (Date(), "date"),
    }
)
_WIDE: Final = frozenset({"position", "granted_position"})
"""Numbers that count a whole store."""


R = TypeVar("R", bound="Row")


class Row(BaseModel):
    """Base of rows: `class UnitRow(Row, named="units", key=("unit_id",), by=(("code",),))` makes the table as well.

    `by` are the columns of further indexes. In the table every column but the key may be null until an event sets it;
    a field whose type has no None must be set by whoever makes the row. Raises TypeError for a field that no column can
    hold.
    """

    table: ClassVar[Table]

    def __init_subclass__(cls, **_: Any) -> None:
        """Take the options, which `__pydantic_init_subclass__` reads once the fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(  # type: ignore[override]
        cls, *, named: str, key: tuple[str, ...], by: tuple[tuple[str, ...], ...] = (), **options: Any
    ) -> None:
        super().__pydantic_init_subclass__(**options)
        columns = [
            Column(name, _column(name, field.annotation), primary_key=name in key)
            for name, field in cls.model_fields.items()
        ]
        indexes = [Index(f"{named}_by_{'_'.join(names)}", *names) for names in by]
        cls.table = Table(named, MetaData(), *columns, *indexes)

    @classmethod
    def put(cls, *key: object, **values: object) -> Put:
        """Set these columns of the row with this key; raises TypeError for a column that there is not."""
        return Put(cls.table, key, cls._known(values))

    @classmethod
    def add(cls, *key: object, **values: int | Decimal) -> Add:
        """Add to these columns of the row with this key; raises TypeError for a column that there is not."""
        return Add(cls.table, key, cls._known(values))

    @classmethod
    def drop(cls, *key: object) -> Drop:
        """Delete the row with this key."""
        return Drop(cls.table, key)

    @classmethod
    def _known(cls, values: dict[str, Any]) -> dict[str, Any]:
        if strange := values.keys() - cls.model_fields.keys():
            raise TypeError(f"{cls.table.name} has no column {', '.join(sorted(strange))}")
        return values

    @classmethod
    def of(cls, record: asyncpg.Record) -> Self:
        """The row in a record of its columns; the driver gives JSON as text."""
        found = dict(record)
        for column in cls.table.columns:
            if isinstance(column.type, JSON) and found[column.name] is not None:
                found[column.name] = orjson.loads(found[column.name])
        return cls.model_validate(found)

    @classmethod
    def columns(cls) -> str:
        """The columns' names for a SELECT."""
        return ", ".join(f'"{name}"' for name in cls.model_fields)

    @classmethod
    async def one(cls, pool: asyncpg.Pool, *key: object) -> Self | None:
        """The row with this key, None when there is none."""
        wanted = " and ".join(f'"{column.name}" = ${n}' for n, column in enumerate(cls.table.primary_key, start=1))
        row = await pool.fetchrow(f'select {cls.columns()} from "{cls.table.name}" where {wanted}', *key)  # noqa: S608
        return None if row is None else cls.of(row)

    @classmethod
    def listing(cls, *where: str, by: str) -> "Listing[Self]":
        """A page of rows in the order of the column `by`, filtered by those columns of `where` that are asked for."""
        return Listing(cls, where, by)


class Listing(Generic[R]):
    """The text of a filtered page, built once; raises KeyError for a column that there is not."""

    def __init__(self, row: type[R], where: tuple[str, ...], by: str) -> None:
        self._row, self._where = row, where
        places = [f'(${n}::{_sql(row, name)} is null or "{name}" = ${n})' for n, name in enumerate(where, start=2)]
        after = f'($1::{_sql(row, by)} is null or "{by}" > $1)'
        self._text = (
            f'select {row.columns()} from "{row.table.name}" where {" and ".join([after, *places])}'  # noqa: S608
            f' order by "{by}" limit ${len(where) + 2}'
        )

    async def page(self, pool: asyncpg.Pool, after: object, limit: int, **wanted: object) -> list[R]:
        """Up to `limit` rows after one; of those that are `wanted` where it says so (None: all)."""
        values = [wanted.pop(name) for name in self._where]
        if wanted:
            raise TypeError(f"{self._row.table.name} is not listed by {', '.join(wanted)}")
        return [self._row.of(row) for row in await pool.fetch(self._text, after, *values, limit)]


def _column(name: str, annotation: Any) -> TypeEngine[Any]:
    if name in _WIDE:
        return BigInteger()
    kind = _kind(annotation)
    return _TYPES[kind][0] if kind in _TYPES else JSON()


def _sql(row: type[Row], name: str) -> str:
    return _TYPES[_kind(row.model_fields[name].annotation)][1]


def _kind(annotation: Any) -> type:
    """The type of a field less None; text for an enumeration of texts, a mapping or sequence as it is."""
    if get_origin(annotation) in {UnionType, Union}:
        [annotation] = [each for each in get_args(annotation) if each is not type(None)]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return str
    kind: Any = get_origin(annotation) or annotation
    if kind not in _TYPES and kind not in {dict, list, tuple}:
        raise TypeError(f"no column holds {annotation}")
    return kind  # type: ignore[no-any-return]
