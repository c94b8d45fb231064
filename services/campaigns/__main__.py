"""Starts one part of campaigns: `python -m services.campaigns prepare|api|relay|worker`."""

import chassis.run.loading  # noqa: F401
from chassis.run.main import main
from services.campaigns.app import SERVICE

main(SERVICE)
