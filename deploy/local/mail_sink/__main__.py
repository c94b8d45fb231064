"""`python -m deploy.local.mail_sink --smtp-port N --page-port N --data DIR`."""

import argparse

from deploy.local.loopback import listen, run, serve
from deploy.local.mail_sink import create


def main(options: argparse.Namespace) -> None:
    """Run until stopped."""
    smtp, page = listen(options.smtp_port), listen(options.page_port)
    serve(create(options.data, smtp), page)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="mail_sink", description="Keeps mail instead of delivering it.")
    parser.add_argument("--smtp-port", type=int, required=True, metavar="N")
    parser.add_argument("--page-port", type=int, required=True, metavar="N")
    run(main, parser)
