"""Page: the targets that a unit pledges."""
