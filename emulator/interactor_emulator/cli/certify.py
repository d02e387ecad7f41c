"""`certify`: good and hostile deliveries against a webhook receiver."""

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interactor_emulator import terminal
from interactor_emulator.redaction import redact

from .programs import say_json
from .values import format_option

if TYPE_CHECKING:
    from interactor_emulator.webhooks.certify import Report

    from . import shapes


@click.command(
    "certify",
    short_help="Try a webhook receiver with good and hostile deliveries.",
    epilog="Example: interactor-emulator certify --to http://127.0.0.1:3000/webhooks --secret whsec_…",
)
@click.option("--to", "url", required=True, help="The receiver's URL.")
@click.option("--secret", required=True, help="The secret that the receiver verifies with.")
@click.option(
    "--report",
    "page_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report as an HTML page as well.",
)
@format_option
def command(url: str, secret: str, page_file: Path | None, format_: str) -> None:
    """Send 26 deliveries to a receiver: genuine ones, forged ones, strange ones. Exit code 1 on a fault."""
    from interactor_emulator.adapters.http.egress import parsed
    from interactor_emulator.webhooks.certify import certify

    parsed(url)
    report = certify(url, secret)
    if page_file is not None:
        from interactor_emulator.web.dashboard.reports import page

        text = redact(page("certify.html", "Webhook receiver", url=url, report=report), [secret])
        page_file.write_text(text, "utf-8", "backslashreplace")
    if format_ == "json":
        say_json(_as_json(url, report))
    else:
        terminal.say(report)
    sys.exit(0 if report.ok else 1)


def _as_json(url: str, report: "Report") -> "shapes.Certified":
    verdicts = Counter(each.verdict for each in report.outcomes)
    return {
        "url": url,
        "ok": report.ok,
        "passed": verdicts["passed"],
        "failed": verdicts["failed"],
        "not_judged": verdicts["not judged"],
        "deliveries": [
            {
                "name": each.name,
                "expected": each.expected,
                "verdict": each.verdict,
                "answered": list(each.answered),
                "remedy": each.remedy if each.verdict == "failed" else None,
                "seconds": round(each.seconds, 3),
            }
            for each in report.outcomes
        ],
    }
