"""Page: campaigns and one campaign."""
