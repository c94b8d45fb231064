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

from chassis.facts.kinds import plain
from chassis.facts.projection import Add, Drop, Put, sql_type

_TYPES: Final[Mapping[type, TypeEngine[Any]]] = MappingProxyType(
    {
        UUID: UuidType(),
        str: Text(),
        bool: Boolean(),
        int: Integer(),
        Decimal: Numeric(),
        datetime: DateTime(timezone=True),
        date: Date(),
    }
)
_WIDE: Final = frozenset({"position", "granted_position"})
"""Numbers that count a whole store."""


R = TypeVar("R", bound="Row")


class Row(BaseModel):
    """Base of rows: `class UnitRow(Row, named="units", key=("unit_id",), by=(("code",),))` makes the table as well.

    `by` are the columns of further indexes; `joined` are fields that are no columns, a query brings them along;
    `stored` is what PostgreSQL calls the table's storage parameters. A column that no answer shows is a field with
    `exclude=True`. In the table every column but the key may be null until an event sets it: a field has a default,
    which stands for null, or a type with None, or whoever makes the row sets it. A class of a row that is not `named`
    shows more beside it. Raises TypeError for a field that no column can hold.
    """

    table: ClassVar[Table]
    _names: ClassVar[frozenset[str]]
    _json: ClassVar[frozenset[str]]
    _defaults: ClassVar[frozenset[str]]
    _figures: ClassVar[frozenset[str]]

    def __init_subclass__(cls, **_: Any) -> None:
        """Take the options, which `__pydantic_init_subclass__` reads once the fields are known."""
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        named: str | None = None,
        key: tuple[str, ...] = (),
        by: tuple[tuple[str, ...], ...] = (),
        joined: tuple[str, ...] = (),
        stored: Mapping[str, float] = MappingProxyType({}),
        **options: Any,
    ) -> None:
        super().__pydantic_init_subclass__(**options)
        if named is None:
            return
        fields = cls.model_fields
        columns = [
            Column(name, _column(name, field.annotation), primary_key=name in key)
            for name, field in fields.items()
            if name not in joined
        ]
        indexes = [Index(f"{named}_by_{'_'.join(names)}", *names) for names in by]
        cls.table = Table(named, MetaData(), *columns, *indexes, postgresql_with=dict(stored))
        cls._names = frozenset(column.name for column in columns)
        cls._json = frozenset(column.name for column in columns if isinstance(column.type, JSON))
        cls._defaults = frozenset(name for name, field in fields.items() if not field.is_required())
        cls._figures = frozenset(
            name for name, field in fields.items() if Decimal in {field.annotation, *get_args(field.annotation)}
        )

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
        if not cls._names.issuperset(values):
            raise TypeError(f"{cls.table.name} has no column {', '.join(sorted(values.keys() - cls._names))}")
        return values

    @classmethod
    def of(cls, record: asyncpg.Record) -> Self:
        """The row in a record of its columns and of what is joined; the driver gives JSON as text, 10000 as 1E+4."""
        found = {name: value for name, value in record.items() if value is not None or name not in cls._defaults}
        for name in cls._json & found.keys():
            found[name] = found[name] and orjson.loads(found[name])
        for name in cls._figures & found.keys():
            found[name] = _plain(found[name])
        return cls.model_validate(found)

    @classmethod
    def columns(cls, alias: str = "") -> str:
        """The columns' names for a SELECT, of the table or of its `alias` in a join."""
        return ", ".join(f'{alias and alias + "."}"{column.name}"' for column in cls.table.columns)

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
        self.row, self._where, table = row, where, row.table
        places = [
            f'(${n}::{sql_type(table, name)} is null or "{name}" = ${n})' for n, name in enumerate(where, start=2)
        ]
        after = f'($1::{sql_type(table, by)} is null or "{by}" > $1)'
        self._text = (
            f'select {row.columns()} from "{table.name}" where {" and ".join([after, *places])}'  # noqa: S608
            f' order by "{by}" limit ${len(where) + 2}'
        )

    async def page(self, pool: asyncpg.Pool, after: object, limit: int, **wanted: object) -> list[R]:
        """Up to `limit` rows after one; of those that are `wanted` where it says so (None: all)."""
        values = [wanted.pop(name) for name in self._where]
        if wanted:
            raise TypeError(f"{self.row.table.name} is not listed by {', '.join(wanted)}")
        return [self.row.of(row) for row in await pool.fetch(self._text, after, *values, limit)]


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, Decimal) else value


def _column(name: str, annotation: Any) -> TypeEngine[Any]:
    if name in _WIDE:
        return BigInteger()
    kind = _kind(annotation)
    return _TYPES.get(kind) or JSON()


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
