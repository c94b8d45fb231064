"""YAML as a pack is written in: the core schema of YAML 1.2, in which figures are what they look like.

By YAML 1.1, which the library follows otherwise, 0100 is 64, 1:30 is 90, and "no" is false. Source: YAML 1.2.2 §10.3.
"""

import re
from decimal import Decimal

import yaml


class CoreLoader(yaml.SafeLoader):
    """Null, true and false, whole numbers and figures (exact, as Decimal); all else is text, days too."""

    def whole(self, node: yaml.ScalarNode) -> int:
        """A whole number in decimal digits, leading noughts or not."""
        return int(node.value)

    def figure(self, node: yaml.ScalarNode) -> Decimal:
        """A figure, exactly as it stands there."""
        return Decimal(node.value)


CoreLoader.yaml_implicit_resolvers = {}
for _tag, _form, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_form})$", re.ASCII), _first)
CoreLoader.add_constructor("tag:yaml.org,2002:int", CoreLoader.whole)
CoreLoader.add_constructor("tag:yaml.org,2002:float", CoreLoader.figure)
