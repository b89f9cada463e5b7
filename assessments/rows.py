"""Rows of one model written and read by statements that are put together once, where Django puts them together anew
for every call: that is most of what its `save` costs. No signal is sent, so no history is written here: tracked models
are written by `audit` alone.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models

from assessments import prepared


@functools.cache
def fields_of(model: type[models.Model], names: tuple[str, ...] | None = None) -> tuple[Any, ...]:
    """The concrete fields of these names; without names all that a new row is given, the key being the database's."""
    if names is not None:
        return tuple(model._meta.get_field(name) for name in names)
    return tuple(field for field in model._meta.concrete_fields if not field.primary_key)


def values_of(instance: models.Model, fields: Iterable[Any]) -> list[Any]:
    """What the columns of these fields are given, as the driver takes it."""
    return [field.get_db_prep_save(getattr(instance, field.attname), connection) for field in fields]


def quoted(names: Iterable[str]) -> str:
    """Names of columns in quotes, with commas."""
    return ", ".join(connection.ops.quote_name(name) for name in names)


def insertion(model: type[models.Model], rows: int = 1) -> str:
    """`INSERT … VALUES …` of so many rows, without the end of the statement; its parameters are `values_of` each."""
    head, places = _insertion(model)
    return head + ", ".join([places] * rows)


@functools.cache
def _insertion(model: type[models.Model]) -> tuple[str, str]:
    columns = [field.column for field in fields_of(model)]
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({quoted(columns)}) VALUES ", f"({', '.join(['%s'] * len(columns))})"  # noqa: S608


def insert(instances: Sequence[models.Model]) -> None:
    """Insert many of one model, in this order; they have their keys afterwards. TypeError for a tracked model."""
    model = type(instances[0])
    if hasattr(model, "history"):
        raise TypeError(f"{model.__name__} is tracked: `audit` writes it.")
    parameters = [value for instance in instances for value in values_of(instance, fields_of(model))]
    keys = prepared.execute(f"{insertion(model, len(instances))} RETURNING id", parameters)
    for instance, (key,) in zip(instances, keys, strict=True):
        stored(instance, key)


def stored(instance: models.Model, key: int) -> None:
    """Tell an instance that it is the row of this key."""
    instance.pk = key
    instance._state.adding = False
    instance._state.db = connection.alias


@functools.cache
def selection(*model: type[models.Model]) -> str:
    """The columns of these models, table by table, for a statement whose rows `read` takes."""
    return ", ".join(
        f"{quoted([each._meta.db_table])}.{quoted([column])}" for each in model for column in _columns(each)
    )


def _columns(model: type[models.Model]) -> list[str]:
    fields: tuple[Any, ...] = model._meta.concrete_fields
    return [field.column for field in fields]


def read(model: type[models.Model], columns: Iterator[object]) -> Any:
    """The instance that the next of the columns of a `selection` are."""
    names, converters = _reading(model)
    values = [convert(next(columns)) if convert else next(columns) for convert in converters]
    return model.from_db(connection.alias, names, values)


@functools.cache
def _reading(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    fields = model._meta.concrete_fields
    converters = [getattr(field, "from_db_value", None) for field in fields]
    bound = (convert and functools.partial(_converted, convert) for convert in converters)
    return tuple(field.attname for field in fields), tuple(bound)


def _converted(convert: Any, value: object) -> object:
    return convert(value, None, connection)
