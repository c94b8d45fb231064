"""The page of terms, and the terms themselves with their sources."""
