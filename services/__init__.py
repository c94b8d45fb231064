"""The services: each owns its facts, none knows another."""
