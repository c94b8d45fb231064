"""Page: official figures: base figures and assigned plans."""
