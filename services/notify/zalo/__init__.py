"""Zalo: messages of an Official Account, and its tokens."""
