"""What official figures and files are sent with."""

from typing import Any, Final

FIGURES: Final[dict[str, Any]] = {
    "indicator": "cover", "year": 2024, "document": {"number": "12/TB-BHXH", "issued_on": "2025-01-10"},
}  # fmt: skip
"""What a table of official figures says besides its rows."""

PDF: Final = b"%PDF-1.7\n"
"""A file, as far as anybody looks into it."""
