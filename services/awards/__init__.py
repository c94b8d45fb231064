"""awards: who is honoured, by whom, on what ground."""
