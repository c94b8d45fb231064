"""Read models in the service's own database: followed, built anew, waited for."""
