"""Page: who is proposed for which award."""
