"""Page: people and their roles."""
