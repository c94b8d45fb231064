"""Page: reviews, from the letter that asks for reports to what these add up to."""
