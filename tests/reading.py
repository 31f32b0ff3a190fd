"""Reading a page as a person does: the words between the tags, the facts list, the numbered sources."""

from __future__ import annotations

import html
import re

from django.test import Client


def page(address: str, client: Client | None = None) -> str:
    """What stands between the tags, as one line; a source number stands as [1]."""
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, answer.status_code
    return words(answer.content.decode())


def content(address: str, client: Client | None = None) -> str:
    """The same without what stands on every page: masthead and footer."""
    markup = (client or Client()).get(address).content.decode()
    return words(markup[markup.index("<main") : markup.index("</main>")])


def words(markup: str) -> str:
    markup = re.sub(r'<a class="source" href="#source-(\d+)">.*?</a>', r" [\1]", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


def facts(address: str, client: Client | None = None) -> dict[str, str]:
    markup = (client or Client()).get(address).content.decode()
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", markup, flags=re.DOTALL)
    return {words(label): words(value) for label, value in found}


def sources(address: str) -> dict[str, str]:
    """The list that the numbers lead to: number → title."""
    markup = Client().get(address).content.decode()
    items = re.findall(r'<li id="source-(\d+)">(.*?)</li>', markup, flags=re.DOTALL)
    return {number: words(item) for number, item in items}


def numbers_of(title: str, address: str) -> str:
    return next(f"[{number}]" for number, item in sources(address).items() if title in item)
