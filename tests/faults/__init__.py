"""Faults under load: kills at random points while the main job runs, then the ledger check."""
