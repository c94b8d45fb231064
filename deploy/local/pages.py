"""Plain HTML pages of the local tools: everything escaped, nothing from outside, a strict Content-Security-Policy."""

import secrets
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

VIETNAM_OFFSET_SECONDS = 7 * 3600  # no other one since 1975, and never summer time
VIETNAM = timezone(timedelta(seconds=VIETNAM_OFFSET_SECONDS))
SAFE_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}


class Pages:
    """The templates of one folder, each extending `page.html`."""

    def __init__(self, folder: Path) -> None:
        loader = FileSystemLoader([folder, Path(__file__).parent])
        self._templates = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self._templates.filters["local_time"] = local_time

    def show(self, template: str, **values: object) -> HTMLResponse:
        """Render a template whose only style is its own."""
        nonce = secrets.token_urlsafe(16)
        policy = (
            f"default-src 'none'; style-src 'nonce-{nonce}'; frame-src 'self'; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        html = self._templates.get_template(template).render(nonce=nonce, **values)
        return HTMLResponse(html, headers={"Content-Security-Policy": policy, **SAFE_HEADERS})


def foreign(html: str) -> HTMLResponse:
    """Answer with HTML that somebody else wrote: for a frame of ours, without scripts, forms, links or network."""
    policy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy, **SAFE_HEADERS})


def local_time(seconds: float) -> str:
    """Write seconds since 1970 as people in Viet Nam do."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
