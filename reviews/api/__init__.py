"""The API of this app: deciding, and what is known and said beside a decision."""
