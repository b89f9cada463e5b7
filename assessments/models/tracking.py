"""How authored models keep their history: one row a save, with actor and reason, both demanded by the database."""

from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords


def history() -> HistoricalRecords:
    """The `history` of a tracked model. It is written by `audit.save` alone."""
    return HistoricalRecords(
        history_id_field=models.BigAutoField(), history_change_reason_field=models.TextField(), user_db_constraint=True
    )
