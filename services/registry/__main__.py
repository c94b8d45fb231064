"""`python -m services.registry prepare|api|relay|worker`."""

from chassis.run.main import main
from services.registry.app import SERVICE

main(SERVICE)
