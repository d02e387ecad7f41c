"""Fuzzes a server from its own OpenAPI document with schemathesis, which lives in an environment of its own.

Called by `make described` as `python tests/fuzz/described.py EMULATOR SCHEMATHESIS`: starts the server with an instance
in it, and fails on any answer that the document does not describe.
"""

import json
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEFINITIONS = [ROOT / "examples" / "definitions", ROOT / "fixtures" / "interactor_fixtures" / "definitions"]
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)
# What never ends, holds requests for ever, or takes away what the others need.
LEFT_OUT = r"/stream$|/_emulator/(hold|settle|accounts|reset|clients)"


def main(emulator: str, schemathesis: str) -> int:
    command = [emulator, "serve", "--port", "0", "--no-rate-limits"]
    for folder in DEFINITIONS:
        command += ["--definitions", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server, tempfile.TemporaryDirectory() as home:
        assert server.stdout is not None
        url = server.stdout.readline().split()[-1]
        printed = dict(server.stdout.readline().strip().split("=", 1) for _ in range(5))
        headers = {"Authorization": f"Bearer {printed['INTERACTOR_TOKEN']}", "Content-Type": "application/json"}
        known = {"name": "order_review", "thread_id": "thread_main"}
        request = urllib.request.Request(f"{url}/api/v1/workflows/order_review/instances", b"{}", headers)
        with urllib.request.urlopen(request) as answer:
            created = json.load(answer)["data"]
        known |= {"instance_id": created["id"], "version_id": created["version_id"]}
        lines = ["[parameters]", *(f'"path.{name}" = "{value}"' for name, value in known.items())]
        config = Path(home) / "schemathesis.toml"
        config.write_text("\n".join(lines) + "\n")
        run = [schemathesis, "--config-file", str(config), "run", f"{url}/_emulator/openapi.json", "--checks", CHECKS]
        run += ["-H", f"Authorization: {headers['Authorization']}", "--exclude-path-regex", LEFT_OUT]
        run += ["--phases", "examples,coverage,fuzzing", "--max-examples", "200", "--seed", "1"]
        done = subprocess.run(run, cwd=home, check=False)
        server.terminate()
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
