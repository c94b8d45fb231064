"""`python -m deploy.local.zalo_simulator --port N --data DIR`."""

import argparse

from deploy.local.loopback import listen, run, serve
from deploy.local.zalo_simulator import create
from deploy.local.zalo_simulator.limits import CALLS_PER_MINUTE, MESSAGES_PER_DAY


def main(options: argparse.Namespace) -> None:
    """Run until stopped."""
    sock = listen(options.port)
    serve(create(options.data, rate_limit=options.rate_limit, daily_quota=options.daily_quota), sock)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="zalo_simulator", description="Stands in for Zalo's servers.")
    parser.add_argument("--port", type=int, required=True, metavar="N")
    parser.add_argument(
        "--rate-limit", type=int, default=CALLS_PER_MINUTE, metavar="N", help="calls a minute, 0 for any number"
    )
    parser.add_argument("--daily-quota", type=int, default=MESSAGES_PER_DAY, metavar="N", help="messages a day")
    run(main, parser)
