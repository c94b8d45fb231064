"""Page: who was told of what, and what came of it."""
