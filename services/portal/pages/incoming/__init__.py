"""The incoming book: what was sent to a unit, and one document as it came, with its entry in the book."""
