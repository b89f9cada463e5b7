"""The audited way to write many rows, with the person, the time and the reason that a whole release shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model

from assessments import audit
from assessments.models import User


@dataclass(frozen=True, slots=True)
class Writer:
    """Who reads a release in, when, and which one."""

    by: User
    at: datetime
    release: str

    @property
    def reason(self) -> str:
        return f"As in O*NET {self.release}"

    def create(self, instances: Sequence[Model]) -> None:
        audit.create_many(instances, by=self.by, at=self.at, reason=self.reason)

    def update(self, instances: Sequence[Model], *fields: str, reason: str = "") -> None:
        audit.update_many(instances, by=self.by, at=self.at, reason=reason or self.reason, fields=fields)

    def delete(self, instances: Sequence[Model]) -> None:
        audit.delete_many(instances, by=self.by, at=self.at, reason=self.gone)

    @property
    def gone(self) -> str:
        return f"No longer in O*NET {self.release}"
