"""Ratings of units for years that are over."""
