"""`python -m bench.bare PORT`: the limit of a command over HTTP, a FastAPI endpoint that does one asyncpg insert."""

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from uuid import UUID

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Pledge(BaseModel):
    """The same body that registry takes."""

    indicator: str
    year: int
    value: Decimal


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Hold a pool while the server runs."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=16, max_size=16) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/api/v1/registrations/{id}/targets", status_code=201)
async def insert(id: UUID, pledge: Pledge) -> dict[str, str | int]:  # noqa: A002 - the path's name
    """Insert one row."""
    position = await app.state.pool.fetchval(
        "insert into plain (stream, version, data) values (gen_random_uuid()::text, 1, $1) returning position",
        pledge.model_dump_json(),
    )
    return {"id": str(id), "position": position}


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", log_level="warning", access_log=False)
