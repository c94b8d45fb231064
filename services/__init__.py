"""The services: each owns its facts, none knows another. A new one is a folder here and its name in this list."""

from typing import Final

ALL: Final = ("registry", "campaigns", "awards", "notify", "portal")
