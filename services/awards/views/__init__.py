"""Read models of the service's own events."""
