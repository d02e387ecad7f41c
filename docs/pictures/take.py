"""Takes the pictures of the pages anew, from a server of its own: `make pictures`. It needs Chromium."""

import json
import os
import re
import shutil
from pathlib import Path

from interactor_emulator import Emulator
from playwright.sync_api import FloatRect, Page, sync_playwright

FOLDER = Path(__file__).parent
MARGIN = 12  # pixels around what a picture is cut to


def main() -> None:
    emulator = Emulator(seed=7, now="2026-01-20T12:00:00Z")
    emulator.load(_definition_of_the_readme())
    run = emulator.start("leave", {"requester": "ann", "days": 3}, namespace="user_1")
    emulator.clock.advance(hours=2)
    run.resume(approved="yes")
    chromium = os.environ.get("CHROME") or shutil.which("chromium")
    with emulator.serve() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1000, "height": 800}, device_scale_factor=1.5)
        page.goto(f"{server.core_url}/_emulator/dashboard/instances/{run.id}")
        _cut(page, "instance.png", "section:has-text('As it is now')", "text=always holds")
        browser.close()


def _definition_of_the_readme() -> dict[str, object]:
    (found,) = re.findall(r"^```json\n(.*?)^```", (FOLDER.parents[1] / "README.md").read_text("utf-8"), re.M | re.S)[:1]
    read: dict[str, object] = json.loads(found)
    return read


def _cut(page: Page, name: str, first: str, last: str) -> None:
    """A picture as wide as one of the page's elements, from there to another."""
    top, bottom = page.locator(first).first.bounding_box(), page.locator(last).first.bounding_box()
    assert top
    assert bottom
    left, begin, end = top["x"] - MARGIN, top["y"] - MARGIN, bottom["y"] + bottom["height"] + MARGIN
    clip: FloatRect = {"x": left, "y": begin, "width": top["width"] + 2 * MARGIN, "height": end - begin}
    page.screenshot(path=FOLDER / name, full_page=True, clip=clip)


if __name__ == "__main__":
    main()
