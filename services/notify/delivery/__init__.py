"""Delivery: what is due, how it is written, who hands it over, and what came of it."""
