"""Faults under load: kills and pauses at random points while the main job runs, then the ledger check."""
