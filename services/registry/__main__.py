"""`python -m services.registry prepare|api|relay|worker`."""

import chassis.run.loading  # noqa: F401
from chassis.run.main import main
from services.registry.app import SERVICE

main(SERVICE)
