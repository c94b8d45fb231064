"""The command line, `thidua`."""

import signal


def main() -> None:
    """Run it. Ctrl-C ends it in silence, also while it is still loading; what must end in order sees to that itself."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cli.main import app  # noqa: PLC0415 - it takes a second

    app()
