"""How Thi Đua is run: on one machine from packages alone, or on given servers."""
