"""A service's HTTP API: rights, problems, limits."""
