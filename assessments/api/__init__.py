"""The API's envelopes: translate in, one call down, translate out."""
