"""Registry: which units and people exist, who holds which role, who pledges what."""
