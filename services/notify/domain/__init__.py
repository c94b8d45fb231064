"""Rules of telling people: who is told of what, and how one notification goes its way. Pure."""
