"""Read models as pure folds: an event sets, adds to or drops rows; a batch becomes one upsert per touched row."""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

import asyncpg
from sqlalchemy import JSON, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from chassis.facts.envelope import Recorded
from chassis.facts.reads import Reads

PASSING: Final = "passing"
"""In a table's `info`: what it holds depends on the version that folded it, and is no part of a comparison."""

MUCH: Final = "*"
"""What is told where too much happened at once to tell it one by one: anything may have changed."""

MOST_TOLD: Final = 200
"""So many things of a batch are told one by one."""

Key = tuple[object, ...]
"""Values of a table's primary key columns, in their order."""


@dataclass(slots=True)
class Put:
    """Set these columns of the row with this key; the row is made when it is not there."""

    table: Table
    key: Key
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Add:
    """Add to number columns of the row with this key; what is not there counts as 0."""

    table: Table
    key: Key
    values: Mapping[str, int | Decimal]


@dataclass(slots=True)
class Drop:
    """Delete the row with this key, if it is there."""

    table: Table
    key: Key


@dataclass(slots=True)
class Tell:
    """Let those know who hear the channel of the read model's place (`chassis.store.wake`), once the batch is there.

    Said when something happens, not when a model is rebuilt; what is equal in one batch is said once, as its `str`,
    which is short.
    """

    said: Hashable


Change = Put | Add | Drop | Tell


@dataclass(frozen=True, slots=True)
class Projection:
    """A read model: its tables and the pure function from one event to changes of their rows.

    Besides the key, every column may be null until an event sets it. Rows depend on the events alone, so that a rebuilt
    model equals the live one. A version is a `place` of its own: the schema of its tables, its consumer and its Kafka
    group; a new one is built beside the old one. What it reads, the annotation of `project` says.
    """

    name: str
    version: int
    tables: Sequence[Table]
    project: Callable[[Recorded[Any]], Iterable[Change]]
    rights: bool = False
    """Whether it says who may do what: no known record of it is left out without having said so twice."""
    reads: Reads = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reads", Reads.of(self.project))

    def changes(self, recorded: Recorded[Any]) -> Iterable[Change]:
        """What an event changes: nothing if it is not among those that are read."""
        return self.project(recorded) if self.reads.concerns(recorded.data) else ()

    @property
    def place(self) -> str:
        """Where this version lives, such as units_v2."""
        return f"{self.name}_v{self.version}"


@dataclass(slots=True)
class _Row:
    dropped: bool = False
    put: dict[str, object] = field(default_factory=dict)
    added: dict[str, int | Decimal] = field(default_factory=dict)
    kept: bool = False


class Fold:
    """Changes of a batch, merged in memory by row; what is to be told is told where this is `live`."""

    def __init__(self, schema: str, *, live: bool = False) -> None:
        self._schema, self._live = schema, live
        self._rows: defaultdict[Table, dict[Key, _Row]] = defaultdict(dict)
        self._told: dict[object, None] = {}

    def apply(self, changes: Iterable[Change]) -> None:
        """Merge changes in their order."""
        for change in changes:
            if isinstance(change, Tell):
                if self._live and len(self._told) <= MOST_TOLD:
                    self._told[change.said] = None
                continue
            key = change.key
            rows = self._rows[change.table]
            row = rows.get(key)
            if row is None:
                row = rows[key] = _Row()
            if isinstance(change, Put):
                row.kept = True
                row.put.update(change.values)
                for column in row.added.keys() & change.values.keys() if row.added else ():
                    del row.added[column]
            elif isinstance(change, Add):
                row.kept = True
                for column, amount in change.values.items():
                    if column in row.put:
                        row.put[column] = (row.put[column] or 0) + amount  # type: ignore[operator]
                    else:
                        row.added[column] = row.added.get(column, 0) + amount
            else:
                rows[key] = _Row(dropped=True)

    async def write(self, connection: asyncpg.Connection) -> None:
        """Bring the merged changes into the tables: deletions first, then one upsert per group of like rows."""
        for table, rows in self._rows.items():
            if dropped := [key for key, row in rows.items() if row.dropped]:
                await connection.execute(*_delete(table, self._schema, dropped))
            groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[tuple[Key, _Row]]] = {}
            for key, row in rows.items():
                if row.kept:
                    groups.setdefault((tuple(row.put), tuple(row.added)), []).append((key, row))
            for (put, added), group in groups.items():
                columns = [
                    *zip(*(key for key, _ in group), strict=True),
                    *([row.put[name] for _, row in group] for name in put),
                    *([row.added[name] for _, row in group] for name in added),
                ]
                names = (*(column.name for column in table.primary_key), *put, *added)
                await connection.execute(
                    _upsert(table, self._schema, put, added),
                    *(_encoded(table, name, column) for name, column in zip(names, columns, strict=True)),
                )
        if self._told:
            said = [str(each) for each in self._told] if len(self._told) <= MOST_TOLD else [MUCH]
            await connection.execute("select pg_notify($1, said) from unnest($2::text[]) said", self._schema, said)


def create_tables(projection: Projection, schema: str) -> list[str]:
    """SQL that makes a projection's tables and indexes in a schema."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    statements: list[str] = []
    for table in projection.tables:
        copy = table.to_metadata(type(table.metadata)(), schema=schema)
        statements.append(str(CreateTable(copy).compile(dialect=dialect)))
        statements.extend(str(CreateIndex(index).compile(dialect=dialect)) for index in copy.indexes)
    return statements


@cache
def sql_type(table: Table, name: str) -> str:
    """What PostgreSQL calls the type of a column; raises KeyError when there is none of this name."""
    column = table.columns[name]
    return str(column.type.compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]


def _encoded(table: Table, name: str, values: Sequence[object]) -> Sequence[Any]:
    if isinstance(table.columns[name].type, JSON):
        return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    return values


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


@cache
def _upsert(table: Table, schema: str, put: tuple[str, ...], added: tuple[str, ...]) -> str:
    keys = tuple(column.name for column in table.primary_key)
    names = (*keys, *put, *added)
    arrays = ", ".join(f"${number}::{sql_type(table, name)}[]" for number, name in enumerate(names, start=1))
    sets = [f'"{name}" = excluded."{name}"' for name in put]
    sets += [f'"{name}" = coalesce(t."{name}", 0) + excluded."{name}"' for name in added]
    action = f"update set {', '.join(sets)}" if sets else "nothing"
    return (
        f"insert into {schema}.{table.name} as t ({_quoted(names)}) select * from unnest({arrays})"  # noqa: S608
        f" on conflict ({_quoted(keys)}) do {action}"
    )


def _delete(table: Table, schema: str, keys: Sequence[Key]) -> tuple[Any, ...]:
    names = tuple(column.name for column in table.primary_key)
    arrays = ", ".join(f"${number}::{sql_type(table, name)}[]" for number, name in enumerate(names, start=1))
    where = " and ".join(f't."{name}" = gone."{name}"' for name in names)
    statement = f"delete from {schema}.{table.name} t using unnest({arrays}) gone ({_quoted(names)}) where {where}"  # noqa: S608
    return (statement, *zip(*keys, strict=True))
