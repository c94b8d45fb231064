"""All services at once, on real databases, their events handed from one to the other as Kafka would."""

import os
import random
from typing import Final

CASES: Final = int(os.environ.get("CASES") or 3)
"""Generated requests for each operation of an API."""

SEED: Final = int(os.environ.get("SEED") or random.randrange(2**32))  # noqa: S311 - repeatable, not secret
