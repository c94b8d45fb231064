"""The HTTP door of campaigns: launch, report, verify; and what came of it."""
