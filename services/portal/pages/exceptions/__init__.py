"""Exceptions from the separation of duties: which there are, and a new one by the head above."""
