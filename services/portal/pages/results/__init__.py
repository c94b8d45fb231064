"""Page: what a unit has reached."""
