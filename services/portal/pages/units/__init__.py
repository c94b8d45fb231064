"""Page: the organisation's units, what each has done, and their import from a file."""
