"""From the store to Kafka, and from Kafka into effects, in order and once."""

from chassis.stream import connection  # noqa: F401 - whoever speaks with Kafka does so over mended connections
