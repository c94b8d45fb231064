"""Page: the reports of a unit in reviews."""
