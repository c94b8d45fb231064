"""Read models of registry."""
