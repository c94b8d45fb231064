"""Starts one part of campaigns: `python -m services.campaigns prepare|api|relay|worker`."""

from chassis.run.main import main
from services.campaigns.app import SERVICE

main(SERVICE)
