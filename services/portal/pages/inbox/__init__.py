"""Page: what waits for whom."""
