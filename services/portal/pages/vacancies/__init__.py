"""Vacancies: units without a head or an emulation officer, and work that nobody there can do."""
