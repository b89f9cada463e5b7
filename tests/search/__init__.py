"""Finding roles: what is found, what never leaks, and how well the best comes first."""
