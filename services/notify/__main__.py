"""`python -m services.notify prepare|api|relay|worker`."""

from chassis.run.main import main
from services.notify.app import SERVICE

main(SERVICE)
