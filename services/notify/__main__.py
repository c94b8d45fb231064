"""`python -m services.notify prepare|api|relay|worker`."""

from chassis.service import main
from services.notify.app import SERVICE

main(SERVICE)
