"""Every block of the page is run, and comes to what the page shows below it."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "strategies.md"
BLOCKS = re.findall(r"^```python\n# (\S+)\.py\n(.*?)^```\n```text\n(.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)


def test_the_tests_of_the_page_end_as_it_shows(pytester: pytest.Pytester) -> None:
    assert len(BLOCKS) == PAGE.read_text("utf-8").count("```python")
    (pytester.path / "conftest.py").write_text(
        "from hypothesis import settings\n"
        "settings.register_profile('page', derandomize=True, max_examples=40, deadline=None)\n"
        "settings.load_profile('page')\n"
    )
    pytester.makepyfile(**{name: text for name, text, _ in BLOCKS})
    for name, _, shown in BLOCKS:
        quiet = ["-p", "no:randomly", "-p", "no:xdist", "-p", "no:asyncio"]
        output = pytester.runpytest_subprocess(*quiet, f"{name}.py").stdout.str()
        for line in shown.splitlines():
            assert line in output, output
