"""The embedded platform: Kafka, PostgreSQL and every service on one machine, from Python packages alone."""
