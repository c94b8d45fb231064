"""History: what was registered and reached before the platform, brought as files."""
