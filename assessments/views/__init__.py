"""Pages: translate the request in, one call down, a template out."""
