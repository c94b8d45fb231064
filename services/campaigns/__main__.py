"""Starts one part of campaigns: `python -m services.campaigns prepare|api|relay|worker`."""

from chassis.service import main
from services.campaigns.app import SERVICE

main(SERVICE)
