"""Inspections of units: planned, held, what was found and put right."""
