"""What every event has in common: frozen, read leniently, produced strictly, published under one type name."""

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass
else:
    ModelMetaclass = type(BaseModel)  # it has no public name


class Audience(StrEnum):
    """Who may read an event: partners too (`public`), or the platform's own services (`internal`)."""

    PUBLIC = "public"
    INTERNAL = "internal"


class _Produced(ModelMetaclass):
    """Checks what code produces. What is read from bytes does not pass here: a `__new__` would cost reading a third."""

    def __call__(self, *args: Any, **fields: Any) -> Any:
        if unknown := fields.keys() - self.model_fields.keys():  # type: ignore[attr-defined]
            raise TypeError(f"{self.__name__} has no field {', '.join(sorted(unknown))}")
        return super().__call__(*args, **fields)


class Fact(BaseModel, metaclass=_Produced):
    """A frozen value inside an event.

    Unknown fields are ignored when stored or received bytes are read, so that a newer producer never breaks an older
    reader; naming an unknown field when a fact is produced raises TypeError.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Fact):
    """A fact in the past tense.

    It holds ids, never a person's details. Fields are added with defaults, never renamed or removed.
    """

    audience: ClassVar[Audience] = Audience.INTERNAL
    schema_version: ClassVar[int] = 1

    @classmethod
    def service(cls) -> str:
        """Name of the service that emits this event: the contract module it stands in."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    @cache
    def type_name(cls) -> str:
        """Type as stored and as sent in `ce_type`, e.g. `thidua.registry.TargetRegistered.v1`."""
        return f"thidua.{cls.service()}.{cls.__name__}.v{cls.schema_version}"
