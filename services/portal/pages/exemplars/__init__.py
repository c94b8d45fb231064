"""Exemplars: the catalogue, a new one, and one with what was done and what may be done."""
