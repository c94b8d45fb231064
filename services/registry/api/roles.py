"""Sets of roles for which the endpoints of more than one noun ask."""

from typing import Final

from contracts.registry import Role

LEADS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
KEEPS: Final = frozenset({Role.EMULATION_DEPARTMENT})
"""Who keeps people and their roles."""
READS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.AUDITOR})
"""Who reads about them."""
