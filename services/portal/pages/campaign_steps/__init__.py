"""Forms for the steps of a campaign."""
