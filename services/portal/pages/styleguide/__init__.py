"""Page: every component in every state, on a local platform."""
