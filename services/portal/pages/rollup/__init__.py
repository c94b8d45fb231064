"""Page: what units below come to, by sums."""
