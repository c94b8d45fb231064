"""Rules of awards, pure."""
