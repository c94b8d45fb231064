"""Migrations of the database of awards."""
