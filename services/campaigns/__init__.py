"""Campaigns: what is asked of the units, and what came of it."""
