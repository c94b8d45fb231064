"""Who may do what with each topic: what the table says is what the services do, and no more."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chassis.service.service import Service
from chassis.stream.consumer import create_broker, subscribe
from chassis.stream.rights import Right, compared, declared, group_prefix, of_partner
from chassis.stream.topics import AUDITOR, EVERYBODY, HEADS, PARTNERS, TOPICS, Topic, events_topic, public_topic
from contracts import SERVICES
from contracts.people import PEOPLE
from services import ALL


def service(name: str) -> Service:
    found: Service = import_module(f"services.{name}.app").SERVICE
    return found


def reads(name: str) -> set[str]:
    """What a service reads by its own declarations."""
    platform = cast("Any", SimpleNamespace(pool=None, store=None, executor=None, access=None, kafka=""))
    return {topic for each in service(name).subscriptions(platform) for topic in each.topics}


def may(principal: str, operation: str) -> set[str]:
    return {r.name for r in declared() if (r.principal, r.kind, r.operation) == (principal, "topic", operation)}


def test_the_table_knows_every_service() -> None:
    assert EVERYBODY == ALL


@pytest.mark.parametrize("name", ALL)
def test_a_service_may_read_what_it_says_that_it_reads_and_its_own(name: str) -> None:
    own = may(name, "WRITE")
    assert may(name, "READ") - own == reads(name) - own
    assert own == {topic for topic in (events_topic(name), public_topic(name), HEADS) if name in SERVICES} | (
        {PEOPLE} if name == "registry" else set()
    )


def test_registry_alone_writes_people_and_its_events_and_notify_alone_reads_people_beside_it() -> None:
    rights = {(r.principal, r.operation) for r in declared() if r.name == PEOPLE}
    assert rights == {("registry", "READ"), ("registry", "WRITE"), ("notify", "READ")}
    writers = {r.principal for r in declared() if r.name == events_topic("registry") and r.operation != "READ"}
    assert writers == {"registry"}


def test_nobody_takes_records_out_of_what_is_not_filled_again() -> None:
    deleted = {r.name for r in declared() if r.operation == "DELETE"}
    assert deleted == {topic.name for topic in TOPICS if topic.refilled}
    assert PEOPLE not in deleted


@pytest.mark.parametrize("name", ALL)
def test_the_groups_of_a_service_are_those_that_it_may_join(name: str) -> None:
    platform = cast("Any", SimpleNamespace(pool=None, store=None, executor=None, access=None, kafka=""))
    broker, nothing = create_broker("nowhere:1"), cast("Any", None)
    for reading in filter(None, [service(name).learned, *([r] for r in service(name).reactions(platform))]):
        subscribe(broker, nothing, name, "1", *reading, identities=nothing, anew=nothing)
    groups = [each.group_id for each in cast("Any", broker.subscribers)]
    assert groups
    assert all(group.startswith(group_prefix(name)) for group in groups)
    others = [other for other in ALL if other != name]
    assert not any(group.startswith(group_prefix(other)) for other in others for group in groups)


def test_a_line_of_the_table_is_all_that_a_topic_needs() -> None:
    heads = Topic("thidua.some.heads", {}, writers=SERVICES, readers=(*EVERYBODY, PARTNERS))
    found = declared([heads])
    assert {r.principal for r in found if (r.name, r.operation) == (heads.name, "WRITE")} == set(SERVICES)
    assert {r.principal for r in found if (r.name, r.operation) == (heads.name, "READ")} == set(EVERYBODY)
    assert not any(r.operation == "DELETE" for r in found)


def test_a_partner_may_read_what_is_public_in_groups_of_its_own_and_nothing_else() -> None:
    assert of_partner("tax-office") == {
        *(Right("tax-office", "topic", public_topic(name), "READ") for name in SERVICES),
        Right("tax-office", "group", "partner.tax-office.", "READ", prefixed=True),
    }


def test_the_auditor_changes_nothing() -> None:
    assert {r.operation for r in declared() if r.principal == AUDITOR} <= {"READ", "DESCRIBE", "DESCRIBE_CONFIGS"}


FOREIGN = [
    Right("campaigns", "topic", events_topic("registry"), "WRITE"),
    Right("campaigns", "topic", "other", "WRITE"),
    Right("stranger", "topic", events_topic("registry"), "READ"),
    Right("stranger", "topic", public_topic("registry"), "WRITE"),
    Right("stranger", "topic", "*", "READ"),
    Right("stranger", "topic", "th", "ALL", prefixed=True),
    Right("stranger", "topic", "thidua.registry.", "READ", prefixed=True),
    Right("*", "topic", PEOPLE, "READ"),
    Right("ANONYMOUS", "topic", PEOPLE, "DESCRIBE"),
    Right("stranger", "group", "thidua.campaigns.x", "READ"),
    Right("stranger", "group", "partner.other.", "READ", prefixed=True),
    Right("stranger", "transactional_id", "thidua.registry.people", "WRITE"),
    Right("stranger", "broker", "kafka-cluster", "ALTER"),
    Right("auditor", "topic", PEOPLE, "WRITE"),
]


@pytest.mark.parametrize("right", FOREIGN, ids=str)
def test_what_is_not_declared_is_foreign(right: Right) -> None:
    found = compared({*declared(), *of_partner("tax-office"), right})
    assert (found.missing, found.foreign, found.wider) == ([], [right], [right])


def test_what_forbids_is_foreign_and_not_wider_and_what_is_not_there_is_missing() -> None:
    denied = Right("registry", "topic", PEOPLE, "WRITE", denies=True)
    found = compared({*declared(), denied} - {Right("registry", "topic", PEOPLE, "READ")})
    assert (found.foreign, found.wider) == ([denied], [])
    assert found.missing == [Right("registry", "topic", PEOPLE, "READ")]


def test_rights_of_other_systems_at_the_same_brokers_are_not_ours() -> None:
    others = [Right("shop", "topic", "orders", "WRITE"), Right("shop", "group", "orders.", "READ", prefixed=True)]
    assert not compared({*declared(), *others}).foreign
