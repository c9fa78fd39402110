"""A page of the report in a real browser that is watched: requests, console, refusals of its policy, accessibility."""

import json
from pathlib import Path
from typing import Any, Final

WIDTHS: Final = {1280: 900, 390: 844}
"""Widths of windows, each with its height."""
_WATCH: Final = """
window.refused = [];
addEventListener("securitypolicyviolation", (one) => refused.push(`${one.violatedDirective} ${one.blockedURI}`));
"""
_AXE: Final = """axe.run(document, {resultTypes: ["violations"]}).then((found) => JSON.stringify(
found.violations.map((one) => `${one.id}, ${one.nodes.length}: ${one.nodes[0].html} ${one.nodes[0].failureSummary}`)
))"""


class OpenedPage:
    """One page in a context of its own. ``noticed``: all that a self-contained page must not do."""

    def __init__(self, browser: Any, file: Path, width: int = 1280, scheme: str = "light", **options: Any) -> None:
        is_phone = width < 600
        self._has_scripts = options.get("java_script_enabled", True)
        self.context = browser.new_context(
            viewport={"width": width, "height": WIDTHS.get(width, 900)},
            color_scheme=scheme,
            is_mobile=is_phone,
            has_touch=is_phone,
            device_scale_factor=2 if is_phone else 1,
            **options,
        )
        self.page = self.context.new_page()
        self.noticed: list[str] = []
        self._address = file.as_uri()
        self.page.on("console", lambda one: self.noticed.append(f"{one.type}: {one.text}"))
        self.page.on("pageerror", lambda one: self.noticed.append(f"error: {one}"))
        self.page.on("dialog", self._dialog)
        self._protocol = self.context.new_cdp_session(self.page)
        self._protocol.send("Network.enable")
        self._protocol.on("Network.requestWillBeSent", self._request)
        self.page.add_init_script(_WATCH)
        self.go("")

    def _dialog(self, dialog: Any) -> None:
        self.noticed.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, event: Any) -> None:
        address = event["request"]["url"]
        if address.partition("#")[0] != self._address:
            self.noticed.append(f"request: {address}")

    def go(self, fragment: str) -> None:
        """Load the page anew, at a fragment of its address, and wait until it is drawn."""
        self.page.goto("about:blank")
        self.page.goto(self._address + fragment, wait_until="load")
        if self._has_scripts:
            self.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def refused(self) -> list[str]:
        """Return what the policy of the page refused."""
        return list(self.run("window.refused || []"))

    def open_folds(self) -> None:
        self.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    def sideways(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return int(self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def count(self) -> int:
        """Return how many commits the list says it has."""
        text = self.page.inner_text("#count")
        return 0 if text.startswith("No commit") else int(text.split(" of ")[0].replace(",", ""))

    def accessibility(self, axe: str) -> list[str]:
        """Return the violations that axe finds.

        It runs in a world of its own, where the policy of the page does not hold: switching the policy off would change
        what is tested.
        """
        frame = self._protocol.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._protocol.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        place = {"contextId": world["executionContextId"]}
        self._protocol.send("Runtime.evaluate", {"expression": axe, **place})
        answer = self._protocol.send(
            "Runtime.evaluate", {"expression": _AXE, **place, "awaitPromise": True, "returnByValue": True}
        )
        return list(json.loads(answer["result"]["value"]))

    def close(self) -> None:
        self.context.close()
