"""Steps of colour are told apart by how light they are, and what is written on them can be read.

Source: WCAG 2.2, 1.4.3.

Who sees no red, no green or no colour at all sees lightness: no simulation can take it away.
"""

import re
from itertools import pairwise
from pathlib import Path

import pytest

CSS = Path("services/portal/static/portal.css").read_text(encoding="utf-8")
THEMES = dict(zip(("light", "dark", "print"), re.findall(r":root \{(.*?)\}", CSS, re.DOTALL), strict=True))
"""The tokens of each theme, in the order of the file."""


def token(theme: str, name: str) -> str:
    found = re.search(rf"--{name}: (#[0-9a-f]+);?", THEMES[theme])
    assert found, (theme, name)
    return found[1] if len(found[1]) == 7 else "#" + "".join(2 * each for each in found[1][1:])


def luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink(theme: str, step: int) -> str:
    """What is written with on a square of this step."""
    for selector, colour in re.findall(r"\.tiles ([^{}]+?) text \{ fill: ([^}]+?) \}", CSS):
        if f".q{step}" in selector:
            name = re.fullmatch(r"var\(--(\w+)\)", colour)
            return token(theme, name[1]) if name else colour
    return token(theme, "ink")


@pytest.mark.parametrize("theme", THEMES)
def test_the_figure_in_a_square_can_be_read(theme: str) -> None:
    for step in range(6):
        assert contrast(token(theme, f"q{step}"), ink(theme, step)) >= 4.5, step


@pytest.mark.parametrize("theme", THEMES)
def test_each_step_is_lighter_or_darker_than_the_one_before(theme: str) -> None:
    lights = [luminance(token(theme, f"q{step}")) for step in range(6)]
    assert lights in (sorted(lights), sorted(lights, reverse=True))
    for one, other in pairwise(range(6)):
        assert contrast(token(theme, f"q{one}"), token(theme, f"q{other}")) >= 1.2, one
