"""Endpoints of registry: POST is a command, GET a query."""
