"""Portal: shows what the other services' events add up to; it only reads."""
