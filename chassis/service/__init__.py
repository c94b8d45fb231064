"""What a service declares, what its code stands on, and its versions side by side."""
