"""The rules of roles and signing in force, read once when the process starts; a faulty file stops it."""

from importlib.resources import files
from typing import Any, Final

import yaml

from services.registry.reference.rating_rules import RatingRules
from services.registry.reference.role_rules import RoleRules
from services.registry.reference.signing_rules import SigningRules


def _read(name: str) -> Any:
    return yaml.safe_load(files("services.registry.reference").joinpath(name).read_text(encoding="utf-8"))


RATING_RULES: Final = RatingRules.model_validate(_read("ratings.yaml"))
ROLE_RULES: Final = RoleRules.model_validate(_read("roles.yaml"))
SIGNING_RULES: Final = SigningRules.model_validate(_read("signing.yaml"))
