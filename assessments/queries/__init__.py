"""Reads: what pages, the API and actions look up. Nothing here writes."""
