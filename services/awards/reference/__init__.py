"""The award catalogue in force, read once when the process starts; a file that does not hold together stops it."""

from importlib.resources import files
from typing import Final

import yaml

from services.awards.domain.catalogue import Catalogue

CATALOGUE: Final = Catalogue.model_validate(
    yaml.safe_load(files("services.awards.reference").joinpath("awards.yaml").read_text(encoding="utf-8"))
)
