"""Publicity: what was published about units, campaigns and exemplars, and what must come down."""
