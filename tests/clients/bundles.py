"""The document's clients as Node and a browser run them: bundled by esbuild, which `make browser` installs."""

import shutil
import subprocess
from pathlib import Path
from typing import Literal

from tests.leaving_out import leave_out

HERE = Path(__file__).parent
_ESBUILD = HERE / "node_modules" / ".bin" / "esbuild"
_INSTALLED = HERE / "node_modules" / ".installed"  # written when all of it is there


def bundled(entry: str, folder: Path, platform: Literal["node", "browser"] = "node") -> Path:
    """One file of JavaScript, in that folder; nothing is asked of the network."""
    if shutil.which("node") is None or not _INSTALLED.is_file():
        leave_out("no Node with the packages of tests/clients here", "install Node 20 with npm, and run `make browser`")
    bundle = folder / Path(entry).with_suffix(".mjs").name
    options = ["--bundle", "--format=esm", f"--platform={platform}", f"--outfile={bundle}", "--log-level=warning"]
    subprocess.run([_ESBUILD, HERE / entry, *options, _OF_PLATFORM[platform]], check=True, cwd=HERE)
    return bundle


# In Node a package may still ask for others at run time; in a browser React's warnings are wanted.
_OF_PLATFORM = {
    "node": "--banner:js=import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
    "browser": '--define:process.env.NODE_ENV="development"',
}
