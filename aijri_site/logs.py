"""Structured log lines on stderr: readable at a terminal, JSON elsewhere; each carries the request id."""

from __future__ import annotations

import logging.config
import sys

import structlog


def configure_logging(*, debug: bool) -> None:
    """Route structlog and the standard library through one handler."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()) if debug else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
                    "foreign_pre_chain": shared,
                }
            },
            "filters": {"strangers": {"()": Strangers}},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["strangers"]}},
            "root": {"handlers": ["stderr"], "level": "INFO"},
            "loggers": {"django.server": {"propagate": True}, "axes": {"level": "WARNING"}},
        }
    )


class Strangers(logging.Filter):
    """What strangers send wrong (a host that is none of ours, a body that is too large) is a line, not a trace of our
    own code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True
