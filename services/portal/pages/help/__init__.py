"""Page: first steps and words."""
