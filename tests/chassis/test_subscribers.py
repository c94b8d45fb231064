"""No consumer of any service rests on a default: group, acknowledgement, offset reset are all said."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from chassis.facts.settings import Settings
from chassis.stream.consumer import subscribe
from services import ALL


@pytest.mark.parametrize("name", ALL)
def test_every_subscriber_says_everything(name: str) -> None:
    service = import_module(f"services.{name}.app").SERVICE
    platform = cast(
        "Any", SimpleNamespace(pool=None, settings=Settings(), store=None, executor=None, access=None, kafka="")
    )
    readings = [service.learned, *([each] for each in service.reactions(platform))]
    assert readings
    broker = KafkaBroker(logger=None)
    for reading in filter(None, readings):
        nothing = cast("Any", None)
        subscribe(broker, nothing, name, "7", *reading, identities=nothing, anew=nothing)
    subscribers = cast("Any", broker.subscribers)
    assert len(subscribers) == len(list(filter(None, readings)))
    for subscriber in subscribers:
        arguments = subscriber._connection_args
        assert subscriber.group_id == f"thidua.{name}.{arguments['group_instance_id'].split('.')[2]}"
        assert arguments["group_instance_id"].endswith(".7")
        assert arguments["auto_offset_reset"] == "earliest"
        assert arguments["enable_auto_commit"] is False
        assert subscriber.ack_policy is AckPolicy.MANUAL
