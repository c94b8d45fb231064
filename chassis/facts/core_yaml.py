"""YAML as people write it here: the core schema of YAML 1.2, in which figures are what they look like.

By YAML 1.1, which the library follows otherwise, 0100 is 64, 1:30 is 90, and "no" is false. Source: YAML 1.2.2 §10.3.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import TypeVar

import yaml

T = TypeVar("T")


class Alias(yaml.MarkedYAMLError):
    """The text refers to a part of itself: a few such references make a text of any size, or one that never ends."""


class CoreLoader(yaml.SafeLoader):
    """Null, true and false, whole numbers and figures (exact, as Decimal); all else is text, days too.

    Raises Alias for a text that refers to a part of itself.
    """

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """As the library's, without aliases."""
        if self.check_event(yaml.AliasEvent):
            raise Alias(problem="an alias", problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)

    def whole(self, node: yaml.ScalarNode) -> int:
        """A whole number in decimal digits, leading noughts or not."""
        return _number(int, node)

    def figure(self, node: yaml.ScalarNode) -> Decimal:
        """A figure, exactly as it stands there."""
        return _number(Decimal, node)


def _number(kind: Callable[[str], T], node: yaml.ScalarNode) -> T:
    try:
        return kind(node.value)
    except (ValueError, ArithmeticError):  # letters under a number's tag, an exponent beyond all limits
        raise yaml.constructor.ConstructorError(None, None, "this is no number", node.start_mark) from None


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
