"""`python -m services.awards prepare|api|relay|worker`."""

import chassis.run.loading  # noqa: F401
from chassis.run.main import main
from services.awards.app import SERVICE

main(SERVICE)
