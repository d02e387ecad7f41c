"""`contract`: whether a server answers as the service does."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from interactor_emulator import terminal
from interactor_emulator.clock import wall_ms
from interactor_emulator.wholefile import check_writable, write_whole

from .files import RECORDED, existing
from .programs import say_json
from .values import format_option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from interactor_emulator.contract.exchanges import Exchange
    from interactor_emulator.contract.receiver import Receiver
    from interactor_emulator.contract.recording import Recording
    from interactor_emulator.contract.service import Account, Service


@click.command(
    "contract",
    short_help="Check a server that claims to be this API against the document's exchanges.",
    epilog="Example: interactor-emulator contract --base-url http://127.0.0.1:8787",
)
@click.option("--base-url", required=True, envvar="INTERACTOR_CORE_URL", help="The API's scheme, host and port.")
@click.option("--auth-url", envvar="INTERACTOR_AUTH_URL", help="Where tokens are given, if elsewhere.")
@click.option("--client-id", envvar="INTERACTOR_CLIENT_ID", help="Whose account is used; an emulator needs none.")
@click.option("--client-secret", envvar="INTERACTOR_CLIENT_SECRET", help="Better given by the variable of this name.")
@click.option("--only", multiple=True, metavar="RULE", help="A rule's id in FIDELITY.md; may be repeated.")
@click.option("--receiver", metavar="PUBLIC_URL", help="Where the server can reach this machine; see --receiver-port.")
@click.option(
    "--receiver-port", default=0, type=click.IntRange(0, 65535), help="The port to which PUBLIC_URL leads here."
)
@format_option
@click.option("--junit", type=click.Path(path_type=Path, dir_okay=False), help="Also write a JUnit file.")
@click.option(
    "--record", type=click.Path(path_type=Path, dir_okay=False), help="Keep what was answered, without secrets."
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    callback=existing(RECORDED),
    help="Say what is answered otherwise than in this recording; exit code 1 when anything is.",
)
@click.option(
    "--calibrate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the settings that make the emulator do as this server does, in place of the exchanges.",
)
@click.option("--slow", is_flag=True, help="With --calibrate: also ask what takes up to half a minute of waiting.")
@click.option("--yes", is_flag=True, help="Do not ask before anything is created in an account.")
def command(
    base_url: str,
    auth_url: str | None,
    client_id: str | None,
    client_secret: str | None,
    only: tuple[str, ...],
    receiver: str | None,
    receiver_port: int,
    format_: str,
    junit: Path | None,
    record: Path | None,
    against: Path | None,
    calibrate: Path | None,
    slow: bool,
    yes: bool,
) -> None:
    """Play the document's requests against a server and say what differs, rule by rule, field by field.

    An emulator is asked in accounts of its own, which are removed again. Any other server is asked in the account of
    --client-id: what will be created there is said first. The exit code is 1 when a documented rule does not hold, 2
    when the server cannot be asked.
    """
    from interactor_emulator.contract.service import Service

    if calibrate is not None and (only or junit or record or against or format_ != "text"):
        raise click.UsageError("--calibrate goes with none of --only, --junit, --record, --against and --format")
    check_writable(junit, record, calibrate)
    service = Service(base_url, auth_url)
    service.waiting = _tell_waiting
    listening = None
    try:
        account = None if service.has_control() else _account(service, client_id, client_secret)
        listening = _receiver(service, receiver, receiver_port)
        if calibrate is not None:
            _calibrate(service, account, listening, calibrate, slow=slow, yes=yes)
        else:
            files = _Files(junit, record, against)
            sys.exit(_play(service, account, listening, only, files, as_json=format_ == "json", yes=yes))
    finally:
        if listening is not None:
            listening.close()
        service.close()


class _Files(NamedTuple):
    junit: Path | None
    record: Path | None
    against: Path | None


def _play(
    service: "Service",
    account: "Account | None",
    receiver: "Receiver | None",
    only: "Sequence[str]",
    files: _Files,
    *,
    as_json: bool,
    yes: bool,
) -> int:
    """Play the exchanges and say what came of them; the exit code."""
    from interactor_emulator.contract.exchanges import all_exchanges
    from interactor_emulator.contract.recording import Recording, read
    from interactor_emulator.contract.runner import needed_rules, run

    before = None if files.against is None else read(files.against)
    rules, tag = needed_rules(only), _tag()
    wanted = {rule.id for rule in rules}
    exchanges = [each for each in all_exchanges(tag) if wanted.intersection(each.rules)]
    if account is not None and not yes:
        _ask(account, _made_by(exchanges, receiver=receiver is not None))
    report, player = run(service, exchanges, rules, account, receiver, _progress())
    if as_json:
        say_json(report.to_json())
    else:
        terminal.say(report)
    _tell_left(player.left)
    if files.junit is not None:
        write_whole(files.junit, report.to_junit())
    now = Recording(service.core_url, tuple(player.rows), tag)
    if files.record is not None:
        write_whole(files.record, now.text(files.record))
    drifted = [] if before is None else _told(before, now)
    return 0 if report.ok and not drifted else 1


def _calibrate(
    service: "Service", account: "Account | None", receiver: "Receiver | None", file: Path, *, slow: bool, yes: bool
) -> None:
    from interactor_emulator.contract.calibration import calibrate
    from interactor_emulator.contract.probing import Probing

    if account is not None and not yes:
        _ask(account, "about 17 workflows (the API cannot delete them: they stay), as many instances, 4 subscriptions")
    own = account or service.account_of_its_own({})
    try:
        probing = Probing(service, own, _tag(), receiver, control=account is None, slow=slow)
        found = calibrate(probing, _progress())
    finally:
        if account is None:
            service.remove(own.name)
    _tell_left(probing.left)
    write_whole(file, found.toml())
    terminal.say(found)
    terminal.complain(f"{file} is written: interactor-emulator serve --config {file}")


def _tag() -> str:
    """What names of this run end with: no other's begins in this millisecond in this process."""
    return f"{wall_ms():x}"[-7:] + f"{os.getpid():x}"[-4:]


def _told(before: "Recording", now: "Recording") -> "Sequence[str]":
    """What has drifted, told on standard error, where it is in the way of no format."""
    from interactor_emulator.contract.drift import drift

    found = list(drift(before, now))
    for each in found:
        terminal.complain(terminal.line(each))
    terminal.complain(f"{len(before.rows)} recorded answers of {before.server}: {len(found)} differences")
    return found


def _account(service: "Service", client_id: str | None, client_secret: str | None) -> "Account":
    if not client_id or not client_secret:
        raise click.UsageError(
            f"{service.core_url} is no emulator: --client-id and --client-secret (or INTERACTOR_CLIENT_ID and "
            f"INTERACTOR_CLIENT_SECRET) say in which account to ask"
        )
    return service.account(client_id, client_secret)


def _receiver(service: "Service", public_url: str | None, port: int) -> "Receiver | None":
    """Where webhooks are taken: a server on this machine reaches this machine by itself."""
    from interactor_emulator.contract.receiver import Receiver

    if public_url is None and not service.is_local:
        return None
    try:
        return Receiver(public_url, port)
    except OSError as error:
        raise OSError(error.errno, f"cannot listen for webhooks: {error.strerror}", f"--receiver-port {port}") from None


def _made_by(exchanges: "Sequence[Exchange]", *, receiver: bool) -> str:
    from interactor_emulator.contract.runner import unmet

    played = [each for each in exchanges if not unmet(each, control=False, receiver=receiver)]
    workflows, instances, subscriptions = (
        sum(each.makes[what] for each in played) for what in ("workflows", "instances", "subscriptions")
    )
    return (
        f"{workflows} workflows (the API cannot delete them: they stay), {instances} instances, "
        f"{subscriptions} subscriptions"
    )


def _ask(account: "Account", made: str) -> None:
    terminal.complain(
        f"In the account of {account.client_id} this creates {made}. Instances are cancelled and subscriptions deleted "
        f"at the end; it keeps within the rates that the server tells, for which it may wait a minute or two."
    )
    click.confirm("Go on? (--yes asks nothing)", abort=True, err=True)


def _tell_waiting(seconds: float) -> None:
    terminal.complain(f"waiting {seconds:.0f} s: the rates of this server are used up for now")


def _tell_left(paths: "Sequence[str]") -> None:
    for path in paths:
        terminal.complain(terminal.line(f"could not be taken back: {path}"))


def _progress() -> "Callable[[str, int, int], None]":
    """On a terminal, one line that is written over."""
    if not sys.stderr.isatty():
        return lambda _name, _number, _count: None

    def tell(name: str, number: int, count: int) -> None:
        end = "\r" if number < count else "\r\x1b[K"
        print(f"\x1b[K{number}/{count} {name}", end=end, file=sys.stderr, flush=True)

    return tell
