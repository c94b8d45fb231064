"""What every event has in common: frozen, read leniently, produced strictly, published under one type name."""

from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, get_args

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
        if getattr(self, "retired", False):
            raise TypeError(f"{self.__name__} is retired: produce what it is now")
        return super().__call__(*args, **fields)


class Fact(BaseModel, metaclass=_Produced):
    """A frozen value inside an event.

    Unknown fields are ignored when stored or received bytes are read, so that a newer producer never breaks an older
    reader; naming an unknown field when a fact is produced raises TypeError.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Event(Fact):
    """A fact in the past tense.

    It holds ids, never a person's details. Fields are added with defaults, never renamed or removed; a fact that must
    change its shape gets a new `version`, and the old one, `retired`, tells what it is `now`.

    A class says of itself `service` (who emits it; a base class may say it for many), `version`, `name` (if it is not
    the class's own) and `retired` (it is read, never produced).
    """

    audience: ClassVar[Audience] = Audience.INTERNAL
    schema_version: ClassVar[int] = 1
    retired: ClassVar[bool] = False
    takes_away: ClassVar[bool] = False
    """Whether it takes a right or a person's data away: nobody leaves it out without having said so twice."""
    _service: ClassVar[str] = ""
    _name: ClassVar[str] = ""

    def __init_subclass__(
        cls, *, service: str = "", version: int = 1, name: str = "", retired: bool = False, **kwargs: Any
    ) -> None:
        super().__init_subclass__(**kwargs)
        cls._service = service or cls._service
        cls._name = name or cls.__name__
        cls.schema_version = version
        cls.retired = retired

    @classmethod
    def service(cls) -> str:
        """Name of the service that emits this event."""
        return cls._service

    @classmethod
    @cache
    def type_name(cls) -> str:
        """Type as stored and as sent in `ce_type`, e.g. `thidua.registry.TargetRegistered.v1`."""
        if not cls._service:
            raise TypeError(f"{cls.__name__} does not say whose it is: class {cls.__name__}(Event, service=...)")
        return f"thidua.{cls._service}.{cls._name}.v{cls.schema_version}"

    def now(self) -> "Event":
        """The same fact in the newest version of its type; a retired version tells how."""
        return self


def events_of(*families: Any) -> tuple[type[Event], ...]:
    """The events of unions (`UnitEstablished | UnitNameCorrected`) and single classes, in their order."""
    return tuple(event for family in families for event in get_args(family) or (family,))
