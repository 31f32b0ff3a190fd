"""Filling in a form as a browser would: every control of the page with the value it shows."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Controls(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.inside = False
        self.values: dict[str, Any] = {}
        self.select: str | None = None
        self.is_multiple = False
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.inside = said.get("id") == self.form_id
        name = said.get("name") or ""
        if not self.inside:
            return
        if tag == "input" and name:
            kind = said.get("type", "text")
            if kind in {"submit", "button"}:
                return
            if kind in {"checkbox", "radio"}:
                if "checked" in said:
                    self.values.setdefault(name, []).append(said.get("value") or "on")
                return
            self.values[name] = said.get("value") or ""
        elif tag == "select":
            self.select, self.is_multiple = name, "multiple" in said
            self.values[name] = [] if self.is_multiple else ""
        elif tag == "option" and self.select and "selected" in said:
            if self.is_multiple:
                self.values[self.select].append(said.get("value") or "")
            else:
                self.values[self.select] = said.get("value") or ""
        elif tag == "textarea" and name:
            self.textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data


def filled_in(response: Any, form_id: str) -> dict[str, Any]:
    """What pressing “Save” would send. A leading line break in a text area is markup, not text."""
    controls = _Controls(form_id)
    controls.feed(response.content.decode())
    assert controls.values, "the page holds no such form"
    return {
        name: value[1:] if isinstance(value, str) and value.startswith("\n") else value
        for name, value in controls.values.items()
        if "__prefix__" not in name
    }
