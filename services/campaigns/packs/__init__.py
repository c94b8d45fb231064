"""Campaign packs: official documents transcribed, one YAML file each."""
