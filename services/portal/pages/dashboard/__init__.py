"""The country, or a part of it, as it stood on a day."""
