"""Read models of campaigns."""
