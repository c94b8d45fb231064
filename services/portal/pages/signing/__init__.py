"""Signing: who signs papers of a unit for whom, and letting somebody sign."""
