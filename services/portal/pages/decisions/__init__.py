"""Page: awards that were decided."""
