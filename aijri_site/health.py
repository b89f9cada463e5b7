"""What machines ask: alive, ready, and how much."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import structlog
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from assessments import outbox
from assessments.models import Assessment, OutboxMessage
from assessments.queries import background
from assessments.tasks import RELAY_MARK, WORKER_MARK
from reviews.demonstration import is_loaded

ALIVE_SECONDS = 15
log = structlog.get_logger()


def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """200 when every part works and the demonstration (where asked for) is loaded; else 503 naming what does not."""
    checks: dict[str, Callable[[], str]] = {
        "database": _database,
        "broker": _broker,
        "worker": lambda: _beat(WORKER_MARK),
        "relay": lambda: _beat(RELAY_MARK),
        "outbox": _outbox,
        "demonstration": _demonstration,
    }
    results = {name: _said(name, check) for name, check in checks.items()}
    ready = all(said == "ok" for said in results.values())
    return JsonResponse({"status": "ready" if ready else "not ready", "checks": results}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this machine alone (or behind a proxy that adds its own token)."""
    if request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"} or "X-Forwarded-For" in request.headers:
        return HttpResponseForbidden("Metrics are served to this machine alone.\n", content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(Gauges())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class Gauges(Collector):
    """Figures read from the database when asked, so that every web process tells the same."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        yield from _of_the_outbox()
        by_status = GaugeMetricFamily("aijri_assessments", "Assessments by status.", labels=["status"])
        for status in Assessment._meta.get_field("status").choices or ():
            by_status.add_metric([str(status[0])], Assessment.objects.filter(status=status[0]).count())
        yield by_status


def _of_the_outbox() -> Iterable[GaugeMetricFamily]:
    counts = background.counts()
    yield GaugeMetricFamily("aijri_outbox_pending", "Outbox messages not done.", value=sum(counts.values()))
    by_state = GaugeMetricFamily("aijri_outbox_messages", "Outbox messages not done, by state.", labels=["state"])
    for state, many in counts.items():
        by_state.add_metric([state], many)
    yield by_state
    yield GaugeMetricFamily(
        "aijri_outbox_oldest_seconds",
        "How long the most overdue message waits; what is tried later by plan, or is dead, is not overdue.",
        value=outbox.oldest_pending_seconds(),
    )
    tried = OutboxMessage.objects.filter(done_at__isnull=True).aggregate(Sum("attempts"), Sum("failures"))
    for name, words in (("attempts", "Hand-overs to the broker"), ("failures", "Failed tries")):
        value = tried[f"{name}__sum"] or 0
        yield GaugeMetricFamily(f"aijri_outbox_{name}", f"{words} of all messages not done.", value=value)
    for name, quantiles in background.durations().items():
        words = f"Seconds of {name} of the last {background.LATELY} recomputes that were done."
        seconds = GaugeMetricFamily(f"aijri_recompute_{name}_seconds", words, labels=["quantile"])
        for quantile, value in quantiles.items():
            seconds.add_metric([f"{quantile:g}"], value)
        yield seconds


def _said(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
    except Exception as error:  # whatever fails, the page must say which part it was
        log.warning("readyz.failed", part=name, error=str(error)[:200])
        return f"failed: {type(error).__name__}"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    cache.set("beat:web", time.time(), 60)
    return "ok"


def _beat(mark: str) -> str:
    last = cache.get(mark)
    if last is None:
        return "not heard of yet"
    age = time.time() - float(last)
    return "ok" if age < ALIVE_SECONDS else f"last heard of {age:.0f} s ago"


def _outbox() -> str:
    age = outbox.oldest_pending_seconds()
    return "ok" if age < settings.OUTBOX_READY_AGE_SECONDS else f"oldest message waits for {age:.0f} s"


def _demonstration() -> str:
    return "ok" if not settings.DEMO or is_loaded() else "not loaded yet"
