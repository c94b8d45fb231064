"""The job behind a long file goes on when the portal is back, and ends with a sentence when the page is gone."""

import httpx
import pytest
from fastapi import FastAPI, Response

from chassis.facts.problem import Problem
from chassis.store.database import is_outage
from deploy.local.loopback import listen, serving, url_of
from services.portal.shell.export import _page

portal = FastAPI()


@portal.get("/{status}")
def answer(status: int) -> Response:
    return Response("<main><h1>Danh sách</h1></main>", status, {"Location": "/sign-in"} if status == 303 else None)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_portal_that_is_busy_or_away_is_asked_again(status: int) -> None:
    sock = listen(0)
    url = url_of(sock)
    async with serving(portal, sock), httpx.AsyncClient(base_url=url) as http:
        with pytest.raises(ConnectionError) as away:
            await _page(http, f"/{status}")
    assert is_outage(away.value)
    async with httpx.AsyncClient(base_url=url) as http:
        with pytest.raises(ConnectionError) as away:  # nobody listens there any more
            await _page(http, f"/{status}")
    assert is_outage(away.value)


@pytest.mark.parametrize("status", [303, 403, 404, 500])
async def test_a_page_that_is_not_to_be_had_any_more_ends_the_job_with_a_sentence(status: int) -> None:
    sock = listen(0)
    async with serving(portal, sock), httpx.AsyncClient(base_url=url_of(sock)) as http:
        assert (await _page(http, "/200")).title == "Danh sách"
        with pytest.raises(Problem, match="sign in") as gone:
            await _page(http, f"/{status}")
    assert (gone.value.status, gone.value.code) == (409, "export-interrupted")
