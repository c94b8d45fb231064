"""Files that pages load: each under a name with its content's hash, so that a browser may keep it for ever."""

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

_WEIGHTS: Final = {"Regular": 400, "SemiBold": 600}
_ALL_BUT_SIGNS: Final = "U+0-3B, U+3D, U+3F-2247, U+2249-2263, U+2266-10FFFF"
"""The font draws ≈ ≥ ≤ > < at half the height of its digits; these come from the next font."""
_TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    content: bytes
    packed: bytes
    media_type: str


def _hashed(name: str, content: bytes) -> str:
    stem, _, kind = name.rpartition(".")
    return f"{stem}.{sha256(content).hexdigest()[:12]}.{kind}"


@cache
def _all() -> tuple[dict[str, str], dict[str, Asset]]:
    """Addresses by the files' own names, and assets by their hashed names."""
    addresses: dict[str, str] = {}
    assets: dict[str, Asset] = {}

    def add(name: str, content: bytes) -> None:
        hashed = _hashed(name, content)
        kind = name.rpartition(".")[2]
        media_type = _TYPES.get(kind) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        addresses[name] = f"/static/{hashed}"
        assets[hashed] = Asset(content, gzip.compress(content, mtime=0), media_type)

    fonts = files("fontpkg_be_vietnam_pro").joinpath("files")
    faces = ""
    for weight, number in _WEIGHTS.items():
        name = f"be-vietnam-pro-{number}.ttf"
        add(name, fonts.joinpath(f"BeVietnamPro-{weight}.ttf").read_bytes())
        faces += (
            f'@font-face {{ font-family: "Be Vietnam Pro"; font-weight: {number}; font-display: swap;'
            f' src: url("{addresses[name]}") format("truetype");'
            f" unicode-range: {_ALL_BUT_SIGNS} }}\n"
        )
    own = files("services.portal").joinpath("static")
    add("portal.css", faces.encode() + own.joinpath("portal.css").read_bytes())
    for name in ("portal.js", "job.js", "annex.js", "mark.svg"):
        add(name, own.joinpath(name).read_bytes())
    return addresses, assets


def address(name: str) -> str:
    """Where a file is to be had; raises KeyError for one that is not there."""
    return _all()[0][name]


async def serve(request: Request) -> Response:
    """One file, packed for browsers that take it so."""
    asset = _all()[1].get(request.path_params["name"])
    if asset is None:
        return PlainTextResponse("Không có tệp này. / There is no such file.", 404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    content = asset.content
    if "gzip" in request.headers.get("accept-encoding", "") and len(asset.packed) < len(content):
        content, headers["Content-Encoding"] = asset.packed, "gzip"
    return Response(content, headers=headers, media_type=asset.media_type)


ROUTE: Final = Route("/static/{name}", serve)
