"""Two ways to work a page, with the same gestures: by mouse, and by keyboard alone."""

from __future__ import annotations

from typing import Any, Protocol

from playwright.sync_api import Locator

# The element that has the focus; whether it is the one that is looked for (of radio buttons, any of the group); whether
# the focus shows, in the window and under nothing; and whether it moved the way it was sent.
STOP = """([target, step]) => {
  const at = document.activeElement, before = window.stopBefore;
  window.stopBefore = at;
  const shown = [at, at.closest("label")].some((each) => each && getComputedStyle(each).outlineStyle !== "none"
    && parseFloat(getComputedStyle(each).outlineWidth) >= 2);
  const box = at.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const top = Math.max(box.top, 1), bottom = Math.min(box.bottom, innerHeight - 1);
  const over = top <= bottom ? document.elementFromPoint(x, (top + bottom) / 2) : null;
  const seen = over && (at.contains(over) || over.contains(at));
  const wanted = step === "Tab" ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
  const known = before && before.isConnected && before !== at && before !== document.body;
  if (at === document.body) return { faults: before || step ? ["the focus is lost"] : [] };
  return {
    there: at === target || (target.type === "radio" && at.type === "radio" && at.name === target.name),
    back: Boolean(at.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_PRECEDING),
    what: `${at.localName}#${at.id} ${(at.name || at.textContent.trim()).slice(0, 40)}`,
    faults: [
      !shown && "shows no focus",
      !seen && "is out of sight or covered",
      step && known && !(before.compareDocumentPosition(at) & wanted) && `comes after ${before.id || before.localName}`,
    ].filter(Boolean),
  };
}"""


class Hands(Protocol):
    def press(self, target: Locator) -> None:
        """A link or a button."""

    def write(self, target: Locator, text: str) -> None:
        """Into a field, in place of what it holds."""

    def choose(self, target: Locator) -> None:
        """One of a group of radio buttons."""

    def select(self, target: Locator, value: str) -> None:
        """One of the options of a list."""

    def save(self, form: Locator) -> None:
        """The draft form."""


class Mouse:
    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, text: str) -> None:
        target.click()
        target.fill(text)

    def choose(self, target: Locator) -> None:
        target.locator("xpath=ancestor::label").click()

    def select(self, target: Locator, value: str) -> None:
        target.select_option(value)

    def save(self, form: Locator) -> None:
        form.get_by_role("button", name="Save", exact=True).last.click()


class Keyboard:
    """Tab, Shift+Tab, Enter, Space, arrows, Ctrl-S and letters; no pointer, and no focus that a script sets. Every stop
    on the way has to show the focus and to follow the one before it in the order of the document."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        target.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        target.page.keyboard.press("Control+a")
        target.page.keyboard.type(text)

    def choose(self, target: Locator) -> None:
        self._reach(target)
        target.page.keyboard.press("Space")
        for _ in range(10):
            if target.is_checked():
                return
            target.page.keyboard.press("ArrowRight")
        raise AssertionError(f"no arrow leads to {target}")

    def select(self, target: Locator, value: str) -> None:
        self._reach(target)
        for _ in range(30):
            if target.input_value() == value:
                return
            target.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value} in {target}")

    def save(self, form: Locator) -> None:
        form.page.keyboard.press("Control+s")

    def _reach(self, target: Locator) -> None:
        target.wait_for(state="attached")
        element, step = target.element_handle(), ""
        for _ in range(300):
            stop: dict[str, Any] = target.page.evaluate(STOP, [element, step])
            assert not stop["faults"], f"{stop.get('what', '')} {stop['faults']}"
            if stop.get("there"):
                return
            step = "Shift+Tab" if stop.get("back") else "Tab"
            target.page.keyboard.press(step)
        raise AssertionError(f"no key leads to {target}")
