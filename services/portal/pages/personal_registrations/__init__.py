"""Page: what persons register, by unit and campaign, and what oneself does."""
