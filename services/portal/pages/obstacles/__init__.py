"""Obstacles and guidance: asked by units, answered one by one or for all who ask the same."""
