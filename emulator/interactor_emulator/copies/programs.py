"""A scenario as a program that sends it to a running emulator: with curl, in TypeScript, in Elixir.

Each takes the server's address from outside, asks the control API for a token, and ends with an error where it is
answered otherwise than it was.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from math import ceil

from interactor_emulator.jsontext import Json, encode, escaped
from interactor_emulator.terminal import line
from interactor_emulator.wire.scenario import Advance, Scenario

from .requests import API, ID, Request, requests

Program = Callable[[Scenario, str, str], str]
"""From a scenario, the server's origin and the account's name."""

_DEFAULT = "default"


_HOUR = 3_600


def _long_enough(scenario: Scenario) -> int:
    """How long the token must be good for: it is dated by the clock that the program moves."""
    return _HOUR + ceil(sum(step.seconds for step in scenario.steps if isinstance(step, Advance)))


# ---- curl

_SHELL = r"""#!/bin/sh
# {name}: once more, with curl. sh THIS_FILE [{origin}]
set -eu
url=${{1:-{origin}}}

# The body of an answer; one that is refused otherwise than "$refused" says ends the program.
refused=
call() {{
  answer=$(curl --silent --show-error --write-out '\n%{{http_code}}' \
    --header 'Content-Type: application/json'{account} --header "Authorization: Bearer ${{token:-}}" "$@")
  status=${{answer##*
}}
  answer=${{answer%
*}}
  code=
  case $status in 2??) ;; *) code=$(printf '%s' "$answer" | sed -n 's/^{{"error":{{"code":"\([^"]*\)".*/\1/p') ;; esac
  if [ "$refused" != any ] && [ "$code" != "$refused" ]; then
    printf '%s\n' "status $status: $answer" >&2
    exit 1
  fi
  printf '%s' "$answer"
}}
# A member's value, without more tools than sed.
member() {{ sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }}

token=$(call "$url/_emulator/tokens" --data '{{"expires_in":{seconds}}}' | member access_token)
"""


_IDS = r"""sed -n -e 's/^{"data":{"id":"\([^"]*\)".*/\1/p' -e 's/.*"instance_id":"\([^"]*\)".*/\1/p'"""


def as_curl(scenario: Scenario, origin: str, account: str) -> str:
    """A script for `sh`."""
    beside = "" if account == _DEFAULT else f" --header {_shell(f'X-Emulator-Account: {account}')}"
    head = _SHELL.format(name=_comment(scenario.name), origin=origin, account=beside, seconds=_long_enough(scenario))
    return head + "".join(_curl(each) for each in requests(scenario)) + _curl_end(scenario)


def _curl(request: Request) -> str:
    path = request.path.replace(ID, "$id")
    call = f'call "$url{path}" --data {_shell(encode(request.body))}'
    said = f"\n# {_comment(request.said)}.\n"
    if request.starts:
        # Of one that fails at once the error tells the id.
        allowed = "refused=any\n" if request.may_fail else ""
        ids = 'sed -n -e \'s/^{"data":{"id":"\\([^"]*\\)".*/\\1/p\' -e \'s/.*"instance_id":"\\([^"]*\\)".*/\\1/p\''
        return f'{said}{allowed}id=$({call} | {ids} | head -n 1)\nrefused=\necho "instance: $id"\n'
    wanted = "any" if request.may_fail else request.refused or ""
    before, after = (f"refused={wanted}\n", "refused=\n") if wanted else ("", "")
    return f"{said}{before}{call} >/dev/null\n{after}"


def _curl_end(scenario: Scenario) -> str:
    show = f'call "$url{API}/workflows/instances/$id"'
    if scenario.expect.status is None:
        return f"\n{show}\n"
    status, state = scenario.expect.status, scenario.expect.state or ""
    pattern = 's/.*"status":"\\([^"]*\\)","current_state":"\\([^"]*\\)".*/\\1 in \\2/p'
    return f"""
# What came of it.
came=$({show} | sed -e 's/"workflow_data".*//' | sed -n '{pattern}')
wanted={_shell(f"{status} in {_in_json(state)}")}
printf '%s\\n' "$came"
[ "$came" = "$wanted" ] || {{ printf 'expected: %s\\n' "$wanted" >&2; exit 1; }}
"""


def _in_json(text: str) -> str:
    """As it stands in an answer, between its quotes."""
    return encode(text)[1:-1]


def _shell(text: str) -> str:
    return "'" + escaped(text).replace("'", "'\\''") + "'"


def _comment(text: str) -> str:
    return line(text)


# ---- TypeScript

_TYPESCRIPT = """// {name}: once more, with fetch. npx tsx THIS_FILE, or Node 22.18 and later: node THIS_FILE
const origin = process.env.INTERACTOR_ORIGIN ?? {origin};
const headers: Record<string, string> = {{ 'content-type': 'application/json'{account} }};

// What is refused otherwise than `refused` says ends the program; 'any' allows every answer.
async function call(method: string, path: string, body?: unknown, refused = ''): Promise<any> {{
  const answer = await fetch(origin + path, {{ method, headers, body: body && JSON.stringify(body) }});
  const told: any = await answer.json().catch(() => ({{}}));
  const code = answer.ok ? '' : told.error?.code;
  if (refused !== 'any' && code !== refused) {{
    throw new Error(`${{method}} ${{path}}: ${{answer.status}} ${{JSON.stringify(told)}}`);
  }}
  return told.data ?? told;
}}

const token = await call('POST', '/_emulator/tokens', {{ expires_in: {seconds} }});
headers.authorization = `Bearer ${{token.access_token}}`;
"""


def as_typescript(scenario: Scenario, origin: str, account: str) -> str:
    """A module in TypeScript, for Node."""
    beside = "" if account == _DEFAULT else f", 'x-emulator-account': {encode(account)}"
    parts = [
        _TYPESCRIPT.format(
            name=_comment(scenario.name), origin=encode(origin), account=beside, seconds=_long_enough(scenario)
        )
    ]
    for each in requests(scenario):
        refused = "any" if each.may_fail else each.refused
        beside = "" if refused is None else f", {encode(refused)}"
        path = f"`{each.path.replace(ID, '${id}')}`" if ID in each.path else encode(each.path)
        sent = f"await call('POST', {path}, {_indented(each.body)}{beside})"
        if each.starts:
            sent = f"const started = {sent};\nconst id: string = started.id ?? started.error.details.instance_id"
        parts.append(f"\n// {_comment(each.said)}.\n{sent};\n")
    parts.append(f"\n// What came of it.\nconst instance = await call('GET', `{API}/workflows/instances/${{id}}`);\n")
    parts.append("const came = `${instance.status} in ${instance.current_state}`;\nconsole.log(came);\n")
    if scenario.expect.status is not None:
        wanted = f"{scenario.expect.status} in {scenario.expect.state or ''}"
        parts.append(f"if (came !== {encode(wanted)}) throw new Error({encode('expected: ' + wanted)});\n")
    # A module of its own: `await` stands at its top.
    return "".join([*parts, "export {};\n"])


def _indented(value: Json) -> str:
    flat = escaped(json.dumps(value, ensure_ascii=False))
    return flat if len(flat) <= 80 else escaped(json.dumps(value, ensure_ascii=False, indent=2))


# ---- Elixir

_ELIXIR = """# {name}: once more, with Req. elixir THIS_FILE
Mix.install([{{:req, "~> 0.5"}}])

defmodule Again do
  @origin System.get_env("INTERACTOR_ORIGIN", {origin})

  # What is refused otherwise than `refused` says ends the program; "any" allows every answer.
  def call(method, path, body \\\\ nil, token \\\\ nil, refused \\\\ "") do
    headers = [{account}] ++ if(token, do: [{{"authorization", "Bearer " <> token}}], else: [])
    options = [method: method, url: @origin <> path, headers: headers, retry: false]
    answer = Req.request!(if body, do: Keyword.put(options, :json, body), else: options)
    told = if is_map(answer.body), do: answer.body, else: %{{}}
    code = if answer.status < 300, do: "", else: get_in(told, ["error", "code"])

    if refused != "any" and code != refused do
      raise "#{{path}}: #{{answer.status}} #{{inspect(told)}}"
    end

    told["data"] || told
  end
end

token = Again.call(:post, "/_emulator/tokens", %{{"expires_in" => {seconds}}})["access_token"]
"""


def as_elixir(scenario: Scenario, origin: str, account: str) -> str:
    """A script in Elixir."""
    beside = "" if account == _DEFAULT else f'{{"x-emulator-account", {_elixir(account)}}}'
    parts = [
        _ELIXIR.format(
            name=_comment(scenario.name), origin=_elixir(origin), account=beside, seconds=_long_enough(scenario)
        )
    ]
    for each in requests(scenario):
        refused = "any" if each.may_fail else each.refused
        beside = "" if refused is None else f", {_elixir(refused)}"
        before, behind = each.parts
        path = f"{_elixir(before)} <> id <> {_elixir(behind)}" if ID in each.path else _elixir(each.path)
        sent = f"Again.call(:post, {path}, {_elixir(each.body)}, token{beside})"
        if each.starts:
            sent = f'started = {sent}\nid = started["id"] || get_in(started, ["error", "details", "instance_id"])'
        parts.append(f"\n# {_comment(each.said)}.\n{sent}\n")
    get = f'Again.call(:get, "{API}/workflows/instances/" <> id, nil, token)'
    parts.append(f"\n# What came of it.\ninstance = {get}\n")
    parts.append('came = instance["status"] <> " in " <> instance["current_state"]\nIO.puts(came)\n')
    if scenario.expect.status is not None:
        wanted = _elixir(f"{scenario.expect.status} in {scenario.expect.state or ''}")
        parts.append(f'if came != {wanted}, do: raise("expected: " <> {wanted})\n')
    return "".join(parts)


def _elixir(value: Json) -> str:
    """A JSON value as Elixir writes it."""
    if isinstance(value, Mapping):
        return "%{" + ", ".join(f"{_elixir(str(key))} => {_elixir(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_elixir, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(_letters(value)) + '"'
    if value is None or isinstance(value, bool):
        return {None: "nil", True: "true", False: "false"}[value]
    assert isinstance(value, int | float)
    return _elixir_number(value)


def _elixir_number(number: float) -> str:
    if isinstance(number, int):
        return str(number)
    written = repr(number)
    # An exponent follows a decimal point there.
    return written if "e" not in written or "." in written else written.replace("e", ".0e")


_ESCAPES = {'"': '\\"', "\\": "\\\\", "#": "\\#", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _letters(text: str) -> Iterator[str]:
    for each in text:
        code = ord(each)
        if each in _ESCAPES:
            yield _ESCAPES[each]
        elif 0xD800 <= code <= 0xDFFF:
            yield "\ufffd"  # no text of Elixir can hold half a pair
        elif each.isprintable():
            yield each
        else:
            yield f"\\u{{{code:x}}}"
