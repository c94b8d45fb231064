"""Starts one part of portal: `python -m services.portal prepare|api|worker`."""

import chassis.run.loading  # noqa: F401
from chassis.run.main import main
from services.portal.app import SERVICE

main(SERVICE)
