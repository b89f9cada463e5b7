"""The catalogue of translations: what is to be said, the file that says it, and what is wrong between the two."""
