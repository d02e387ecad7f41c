"""The program's own log, on standard error: lines for people, or JSON for programs."""

import logging
import sys

from interactor_emulator.jsontext import encode


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return encode(line)


def log_to_standard_error(format: str, level: str) -> None:
    """Log as `text` or `json`: at `info` every request, script and HTTP call with its request id, else only faults."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if format == "json" else logging.Formatter("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("interactor_emulator").setLevel(level.upper())
