"""What the sdist and the wheel in a folder hold, against what git has: a line for each thing that is not so.

`python -m tests.package.contents dist`, as `make package` does.
"""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.docs import links

ROOT = Path(__file__).parent.parent.parent
# The only file of an sdist that nobody has written.
MADE = {"PKG-INFO"}


def faults(folder: Path) -> Iterator[str]:
    """Everything that is missing, too much, or unreadable on the package index."""
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    yield from _differences(sdist.name, _of_sdist(sdist) - MADE, _tracked(""))
    of_packages = {
        str(Path(file).relative_to(Path(package).parent)) for package in _packages() for file in _tracked(package)
    }
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = [archive.read(name) for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    yield from _differences(wheel.name, found, of_packages)
    yield from _unreadable(metadata.decode("utf-8").partition("\n\n")[2])


def _unreadable(described: str) -> Iterator[str]:
    for target in links.relative(described):
        yield f"README.md: {target} would lead nowhere on the package index"
    if links.code(described) != links.code((ROOT / "README.md").read_text("utf-8")):
        yield "README.md: code is changed on the package index, as if it had a relative link in it"


def _differences(name: str, found: set[str], wanted: set[str]) -> Iterator[str]:
    for file in sorted(wanted - found):
        yield f"{name}: {file} is missing"
    for file in sorted(found - wanted):
        yield f"{name}: {file} is in it, and git does not know it"


def _of_sdist(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return {file.name.partition("/")[2] for file in archive.getmembers() if file.isfile()}


def _tracked(folder: str) -> set[str]:
    command = ["git", "ls-files", "-z", "--", folder or "."]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {file for file in listed.split("\0") if file}


def _packages() -> list[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages: list[str] = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return packages


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1])))
    print("\n".join(found) or "The sdist is what git has, the wheel is its packages.")
    sys.exit(1 if found else 0)
