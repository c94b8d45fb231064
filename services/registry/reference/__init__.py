"""The rules of roles in force, read once when the process starts; a file that does not hold together stops it."""

from importlib.resources import files
from typing import Final

import yaml

from services.registry.reference.role_rules import RoleRules

ROLE_RULES: Final = RoleRules.model_validate(
    yaml.safe_load(files("services.registry.reference").joinpath("roles.yaml").read_text(encoding="utf-8"))
)
