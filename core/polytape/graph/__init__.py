"""`function`: runs that are recorded, cleaned, compiled and replayed."""
