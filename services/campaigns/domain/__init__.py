"""The rules of campaigns: pure, no input or output."""
