"""The program's own log, on standard error: lines for people, or JSON for programs."""

import json
import logging
import sys

from interactor_emulator.terminal import lines


class _TextFormatter(logging.Formatter):
    """A traceback has its lines; what a terminal would obey is shown."""

    def format(self, record: logging.LogRecord) -> str:
        return lines(super().format(record))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {"level": record.levelname.lower(), "logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def log_to_standard_error(format: str, level: str) -> None:
    """Log as `text` or `json`: at `info` every request, script and HTTP call with its request id, else only faults."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonFormatter() if format == "json" else _TextFormatter("%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("interactor_emulator").setLevel(level.upper())


def tell_diagnostics() -> None:
    """Log what is noticed from now on, whatever the level: it is for whoever looks at the terminal."""
    logging.getLogger("interactor_emulator.diagnostics").setLevel(logging.INFO)
