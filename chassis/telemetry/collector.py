"""Python's garbage collector in a server: what start-up has made is never looked through again, the rest seldom."""

import gc


def settle(young: int = 20_000) -> None:
    """Call once, when a process has loaded what it will keep; after so many `young` objects they are looked through.

    Services make many objects that die young and hardly any circles; the default thresholds cost a third of a replay.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, 20, 20)
