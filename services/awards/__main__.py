"""`python -m services.awards prepare|api|relay|worker`."""

from chassis.main import main
from services.awards.app import SERVICE

main(SERVICE)
