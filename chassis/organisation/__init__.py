"""Units and roles as every service learns them, and what a person may do."""
