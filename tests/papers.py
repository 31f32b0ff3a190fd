"""Real files for tests of papers: made here, of each kind that the portal takes, and broken ones."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

import openpyxl

from dialogues.exports.pdf import typeset

OFFICE = "application/vnd.openxmlformats-officedocument"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"


def pdf(text: str) -> bytes:
    """Set by typst, with a text layer; the template of letters holds any text."""
    said = {"salutation": text, "opening": "", "last": "", "closing": "", "sender": "", "note": ""}
    return typeset("letter", {"title": "Paper", "head": [], "facts": [], "sections": [], **said}, lang="en")


def packed(parts: dict[str, bytes | str]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return held.getvalue()


def content_types(part: str, kind: str) -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    )


def docx(text: str, **more: bytes | str) -> bytes:
    """A paragraph, its words cut into two runs as Word does."""
    half = len(text) // 2
    runs = "".join(f"<w:r><w:t>{escape(piece)}</w:t></w:r>" for piece in (text[:half], text[half:]))
    parts = {
        "[Content_Types].xml": content_types("word/document.xml", f"{OFFICE}.wordprocessingml.document.main+xml"),
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body><w:p>{runs}</w:p></w:body></w:document>',
    }
    return packed({**parts, **more})


def pptx(text: str, **more: bytes | str) -> bytes:
    parts = {
        "[Content_Types].xml": content_types("ppt/presentation.xml", f"{OFFICE}.presentationml.presentation.main+xml"),
        "ppt/presentation.xml": '<p:presentation xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"/>',
        "ppt/slides/slide1.xml": f'<a:p xmlns:a="{DRAWING}"><a:r><a:t>{escape(text)}</a:t></a:r></a:p>',
    }
    return packed({**parts, **more})


def xlsx(text: str) -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = text
    held = BytesIO()
    book.save(held)
    return held.getvalue()
