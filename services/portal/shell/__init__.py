"""What every page of the portal stands on: sign-in, sessions, forms, commands to the services, the look."""
