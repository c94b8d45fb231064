"""The event store in PostgreSQL, and how commands become facts in it."""
