"""The doors of awards."""
