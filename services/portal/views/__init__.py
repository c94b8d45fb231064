"""Read models of the portal."""
