"""Migrations of notify's database."""
