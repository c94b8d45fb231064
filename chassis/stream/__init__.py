"""From the store to Kafka, and from Kafka into effects, in order and once."""
