"""A person at the draft form: fields are found by the names that the form gives them."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

GROUPS = ("protective_principles", "evidence", "barriers")


def choose(page: Page, name: str, score: int) -> None:
    """Click a number of a scale."""
    page.locator(f'label:has(input[name="{name}.score"][value="{score}"])').click()


def write(page: Page, name: str, text: str) -> None:
    """Fill a field."""
    page.fill(f'[name="{name}"]', text)


def write_task(page: Page, index: int, task: dict[str, Any]) -> None:
    """Fill a row of the tasks that is there already."""
    for name in ("name", "time_percent", "rationale"):
        write(page, f"tasks.{index}.{name}", task[name])
    page.select_option(f'[name="tasks.{index}.score"]', str(task["score"]))
    page.select_option(f'[name="tasks.{index}.involvement"]', task["involvement"])


def write_scores(page: Page, document: dict[str, Any]) -> None:
    """Every dimension with its reason, and the growth correlation."""
    for group in GROUPS:
        for row in document[group]:
            choose(page, f"{group}.{row['code']}", row["score"])
            write(page, f"{group}.{row['code']}.rationale", row["rationale"])
    choose(page, "growth", document["growth"]["score"])
    write(page, "growth.rationale", document["growth"]["rationale"])


def write_all(page: Page, document: dict[str, Any]) -> None:
    """A whole assessment, into an empty draft."""
    write(page, "definition.primary_function", document["definition"]["primary_function"])
    write_scores(page, document)
    write(page, "override.rationale", document["override"]["rationale"])
    for index, task in enumerate(document["tasks"]):
        page.get_by_role("button", name="Add a task").click()
        write_task(page, index, task)


def start(page: Page, title: str) -> None:
    """From the page of a new assessment to an empty draft."""
    page.fill("#title", title)
    page.fill("#seniority", "Mid-level")
    page.get_by_role("button", name="Start empty draft").click()


def decide(page: Page, verdict: str, reason: str) -> None:
    """Fill and send the form at the end of a review."""
    page.fill("#rationale", reason)
    page.locator(".verdict-choice", has_text=verdict).locator("input").check()
    page.get_by_role("button", name="Give verdict").click()


def heading(page: Page) -> str:
    """The title of the page, without the badge beside it."""
    return page.locator("h1").inner_text().split("\n")[0].strip()
