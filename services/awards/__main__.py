"""`python -m services.awards prepare|api|relay|worker`."""

from chassis.run.main import main
from services.awards.app import SERVICE

main(SERVICE)
