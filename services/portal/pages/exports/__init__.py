"""Lists that are on their way into a file."""
