"""Reading a PDF as its reader does: the words of each sheet, and whether a screen reader finds its way."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def sheets(pdf: bytes) -> list[str]:
    """The words of each sheet, as one line."""
    return [re.sub(r"\s+", " ", sheet.extract_text().replace("\u200b", "")) for sheet in PdfReader(BytesIO(pdf)).pages]


def words(pdf: bytes) -> str:
    return " ".join(sheets(pdf))


def title(pdf: bytes) -> str:
    return str(PdfReader(BytesIO(pdf)).metadata.title)  # type: ignore[union-attr]


def language(pdf: bytes) -> str:
    return str(_catalogue(pdf)["/Lang"])


def is_tagged(pdf: bytes) -> bool:
    """Says of itself that it is PDF/UA-1, and has a structure tree."""
    catalogue = _catalogue(pdf)
    stated = catalogue["/Metadata"].get_object().get_data()
    return b"<pdfuaid:part>1</pdfuaid:part>" in stated and "/StructTreeRoot" in catalogue


def tags(pdf: bytes) -> list[str]:
    """The kinds of structure elements, in reading order."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for part in node:
                walk(part)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"])[1:])
            if "/K" in node:
                walk(node["/K"])

    walk(_catalogue(pdf)["/StructTreeRoot"]["/K"])
    return found


def _catalogue(pdf: bytes) -> Any:
    return PdfReader(BytesIO(pdf)).trailer["/Root"]
