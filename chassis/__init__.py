"""What every service stands on. It knows no service; it imports the contracts only."""
