"""Who may do what at the brokers: made from the declared table, brought there, and compared with what is there.

A right is one of Kafka's ACL entries that allow. What the table does not say stays forbidden: brokers are run with
`allow.everyone.if.no.acl.found=false`.
"""

import asyncio
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from aiokafka.errors import KafkaError
from confluent_kafka import KafkaError as LibraryError
from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from chassis.stream.security import Brokers, for_librdkafka
from chassis.stream.topics import ADMIN, ANSWER_MS, AUDITOR, EVERYBODY, PARTNERS, TOPICS, Topic

OURS: Final = "thidua."
"""How the names of our topics, groups and transactional ids begin: other rights at the brokers are not our business."""

_PARTNERS: Final = "partner."
_HARMLESS: Final = {"DESCRIBE", "DESCRIBE_CONFIGS", "IDEMPOTENT_WRITE"}
_CLUSTER: Final = "kafka-cluster"
_IN_FORCE_SECONDS: Final = 60.0
_SECONDS: Final = ANSWER_MS / 1000

Kind = Literal["topic", "group", "transactional_id", "broker"]


class Right(NamedTuple):
    """A principal may do `operation` (Kafka's word) with this resource, or with all whose names begin so."""

    principal: str
    kind: Kind
    name: str
    operation: str
    prefixed: bool = False
    denies: bool = False

    def __str__(self) -> str:
        """As an operator reads it."""
        star = "*" if self.prefixed else ""
        return f"{self.principal}: {'not ' if self.denies else ''}{self.operation} {self.kind} {self.name}{star}"


@dataclass(frozen=True, slots=True)
class Compared:
    """`missing` is declared and not there, `foreign` is there and not declared."""

    missing: Collection[Right]
    foreign: Collection[Right]

    @property
    def wider(self) -> list[Right]:
        """Of what is foreign, what allows somebody more than is declared."""
        return [each for each in self.foreign if not each.denies]


class Unlocked(Exception):
    """The brokers ask nobody who he is: they have no authorizer."""


def group_prefix(service: str) -> str:
    """How the names of a service's consumer groups and transactional ids begin."""
    return f"{OURS}{service}."


def partner_groups(name: str) -> str:
    """How the names of a partner's consumer groups begin."""
    return f"{_PARTNERS}{name}."


def declared(topics: Iterable[Topic] = TOPICS, services: Iterable[str] = EVERYBODY) -> frozenset[Right]:
    """What the table says of our own principals; an administrator is a super user of the brokers and needs none."""
    found: set[Right] = set()
    for topic in topics:
        for reader in {*topic.readers, *topic.writers} - {PARTNERS}:
            found.add(Right(reader, "topic", topic.name, "READ"))
        for writer in topic.writers:
            found.add(Right(writer, "topic", topic.name, "WRITE"))
            if topic.refilled:
                found.add(Right(writer, "topic", topic.name, "DELETE"))
    for service in services:
        found.add(Right(service, "group", group_prefix(service), "READ", prefixed=True))
        found.add(Right(service, "transactional_id", group_prefix(service), "WRITE", prefixed=True))
    return frozenset(found | _auditors())


def _auditors() -> set[Right]:
    found = {Right(AUDITOR, "topic", OURS, each, prefixed=True) for each in ("READ", "DESCRIBE_CONFIGS")}
    found |= {Right(AUDITOR, "group", OURS, "DESCRIBE", prefixed=True)}
    found |= {Right(AUDITOR, "group", group_prefix(AUDITOR), "READ", prefixed=True)}
    return found | {Right(AUDITOR, "broker", _CLUSTER, each) for each in ("DESCRIBE", "DESCRIBE_CONFIGS")}


def of_partner(name: str) -> frozenset[Right]:
    """What a partner may: read the topics for partners, in groups of its own."""
    found = {Right(name, "topic", topic.name, "READ") for topic in TOPICS if PARTNERS in topic.readers}
    return frozenset(found | {Right(name, "group", partner_groups(name), "READ", prefixed=True)})


def compared(there: Iterable[Right], wanted: Collection[Right] | None = None) -> Compared:
    """How what is there differs from what is declared, as far as it is about our names; partners have what they may."""
    own, there = declared(), set(there)
    wanted = own if wanted is None else wanted
    partners = {each.principal for each in there} - {*EVERYBODY, ADMIN, AUDITOR}
    known = own.union(*map(of_partner, partners))
    foreign = {each for each in there - known if each.principal != ADMIN and _about_us(each)}
    return Compared(sorted(set(wanted) - there), sorted(foreign))


def _about_us(right: Right) -> bool:
    if right.principal in {*EVERYBODY, AUDITOR}:
        return True
    if right.kind == "broker":
        return right.operation not in _HARMLESS
    return right.name == "*" or any(
        right.name.startswith(ours) or (right.prefixed and ours.startswith(right.name)) for ours in (OURS, _PARTNERS)
    )


async def allow(brokers: Brokers, wanted: Collection[Right] | None = None) -> Compared:
    """Give the rights that are declared and missing, take none; tells what was missing and what is foreign.

    Those that were given are in force when it returns. Raises KafkaError, and Unlocked where brokers keep no rights.
    """
    with AdminClient(for_librdkafka(brokers)) as admin:
        found = compared(await _listed(admin), wanted)
        if found.missing:
            await _answered(admin.create_acls(list(map(_binding, found.missing)), request_timeout=_SECONDS))
            await _in_force(admin, found.missing)
        return found


async def _in_force(admin: AdminClient, given: Collection[Right]) -> None:
    """Wait until the brokers go by what they were told: one that is busy making topics does not yet."""
    deadline = time.monotonic() + _IN_FORCE_SECONDS
    while not (await _listed(admin)).issuperset(given):
        if time.monotonic() > deadline:
            raise KafkaError("the brokers have not taken up the rights that they were told of")
        await asyncio.sleep(0.05)


async def take_back(brokers: Brokers, rights: Collection[Right]) -> None:
    """Take rights from whom they were given to; raises KafkaError."""
    with AdminClient(for_librdkafka(brokers)) as admin:
        asked = [_filter(right) for right in rights]
        await _answered(admin.delete_acls(asked, request_timeout=_SECONDS))


async def listed(brokers: Brokers) -> set[Right]:
    """All rights that the brokers keep; raises KafkaError, and Unlocked where they keep none."""
    with AdminClient(for_librdkafka(brokers)) as admin:
        return await _listed(admin)


async def _listed(admin: AdminClient) -> set[Right]:
    every: Any = None
    anything = AclBindingFilter(
        ResourceType.ANY, every, ResourcePatternType.ANY, every, every, AclOperation.ANY, AclPermissionType.ANY
    )
    try:
        found = await asyncio.wrap_future(admin.describe_acls(anything, request_timeout=_SECONDS))
    except KafkaException as error:
        raise _told(error) from error
    return {
        Right(
            each.principal.removeprefix("User:"),
            each.restype.name.lower(),
            each.name,
            each.operation.name,
            prefixed=each.resource_pattern_type is ResourcePatternType.PREFIXED,
            denies=each.permission_type is AclPermissionType.DENY,
        )
        for each in found
    }


def _pattern(right: Right) -> tuple[Any, ...]:
    pattern = ResourcePatternType.PREFIXED if right.prefixed else ResourcePatternType.LITERAL
    permission = AclPermissionType.DENY if right.denies else AclPermissionType.ALLOW
    kind, operation = ResourceType[right.kind.upper()], AclOperation[right.operation]
    return kind, right.name, pattern, f"User:{right.principal}", "*", operation, permission


def _binding(right: Right) -> AclBinding:
    return AclBinding(*_pattern(right))


def _filter(right: Right) -> AclBindingFilter:
    return AclBindingFilter(*_pattern(right))


async def _answered(asked: Mapping[Any, Any]) -> None:
    try:
        for future in asked.values():
            await asyncio.wrap_future(future)
    except KafkaException as error:
        raise _told(error) from error


def _told(error: KafkaException) -> Exception:
    unlocked = error.args[0].code() == LibraryError.SECURITY_DISABLED  # some versions list nothing instead
    return Unlocked() if unlocked else KafkaError(error.args[0].str())
