"""`python -m services.notify prepare|api|relay|worker`."""

import chassis.run.loading  # noqa: F401
from chassis.run.main import main
from services.notify.app import SERVICE

main(SERVICE)
