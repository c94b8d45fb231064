"""Violations of the law on emulation: reported by the press, seen by those who look into them."""
