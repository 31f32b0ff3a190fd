"""Reads an uploaded file in a process of its own, which imports nothing of the portal and ends by itself.

A file may be made to hang or to fill whoever reads it: here it gets ten seconds, half a gigabyte and no file to write.
The bytes come in on stdin; out goes one line of JSON: `file_type`, `faults` (codes that `paper_checks` has words for),
`text`, and whether its properties name a person. A process that ends in any other way means: it cannot be read.
"""

from __future__ import annotations

import json
import posixpath
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

CPU_SECONDS, MEMORY = 10, 768 * 1024 * 1024
MOST_PAGES, MOST_OBJECTS, MOST_TEXT = 500, 200_000, 5_000_000
MOST_MEMBERS, LARGEST_UNPACKED, HIGHEST_RATIO = 3_000, 60 * 1024 * 1024, 150

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

Read = dict[str, Any]


class Unread(Exception):
    """Why it is read no further; the argument is the code of the fault."""


def read(content: bytes) -> Read:
    """What kind it is says its content, not its name."""
    try:
        if content.startswith(b"%PDF-"):
            return read_pdf(content)
        if content.startswith(b"PK\x03\x04"):
            return read_office(content)
    except Unread as fault:
        return {"file_type": "", "faults": [str(fault)], "text": "", "names": False}
    except Exception:  # a library that meets a file made to break it raises anything
        return {"file_type": "", "faults": ["unreadable"], "text": "", "names": False}
    old_office = content.startswith(b"\xd0\xcf\x11\xe0")
    return {"file_type": "", "faults": ["old_office" if old_office else "type"], "text": "", "names": False}


class Collected:
    """Texts one after the other, up to a size at which no paper of a meeting arrives."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0

    def add(self, text: str) -> None:
        self.length += len(text)
        if self.length > MOST_TEXT:
            raise Unread("too_large_unpacked")
        self.pieces.append(text)

    def text(self) -> str:
        return "\n".join(self.pieces)


# PDF

# What a PDF does when it is opened or pressed, and what it carries; a link to a page or an address is none of it.
ACTIVE_KEYS = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/EmbeddedFiles": "attached",
    "/EF": "attached",
    "/XFA": "form",
}
ACTIVE_NAMES = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/ImportData": "launch",
    "/SubmitForm": "launch",
    "/GoToE": "attached",
    "/GoToR": "launch",
    "/EmbeddedFile": "attached",
    "/FileAttachment": "attached",
    "/RichMedia": "attached",
    "/Rendition": "launch",
}
IN_CLEAR = {b"/JavaScript": "javascript", b"/EmbeddedFile": "attached", b"/RichMedia": "attached", b"/Launch": "launch"}
SAID_IN = {"/Contents", "/Title", "/Subject", "/Keywords", "/T", "/V", "/Alt", "/ActualText", "/TU"}


def read_pdf(content: bytes) -> Read:
    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise Unread("encrypted")
    if len(reader.pages) > MOST_PAGES:
        raise Unread("pages")
    faults = {code for name, code in IN_CLEAR.items() if name in content}
    said: list[str] = []
    for key, value in pairs_of_pdf(reader):
        name = value if isinstance(value, str) else ""
        if code := ACTIVE_KEYS.get(key) or (ACTIVE_NAMES.get(name) if key in {"/S", "/Subtype", "/Type"} else None):
            faults.add(code)
        if key in SAID_IN and name:
            said.append(name)
    pages = Collected()
    for page in reader.pages:
        pages.add(page.extract_text() or "")
    about = reader.metadata
    names = bool(about and about.author and about.author.strip())
    layer = legible(pages.text())
    return {
        "file_type": "pdf",
        "faults": sorted(faults),
        "text": legible("\n".join([layer, *said])),
        "has_text": bool(layer.strip()),
        "names": names,
    }


def pairs_of_pdf(reader: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value in every object of the file, those included that no page leads to."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    numbers = {(number, generation) for generation, found in reader.xref.items() for number in found}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise Unread("pages")
    pending: list[Any] = [reader.trailer]
    for number, generation in sorted(numbers):
        try:
            pending.append(reader.get_object(IndirectObject(number, generation, reader)))
        except RecursionError:
            raise
        except Exception:  # noqa: S112  (one broken object that no viewer draws either)
            continue
        while pending:
            one = pending.pop()
            if isinstance(one, DictionaryObject):
                for key in list(one):
                    value = one.raw_get(key)
                    pending.append(value)
                    yield str(key), said_elsewhere(value) if isinstance(value, IndirectObject) else value
            elif isinstance(one, ArrayObject):
                pending.extend(list.__iter__(one))


def said_elsewhere(reference: Any) -> Any:
    """A name or a text may stand in an object of its own, and means there what it means in place."""
    try:
        found = reference.get_object()
    except RecursionError:
        raise
    except Exception:
        return reference
    return found if isinstance(found, str) else reference


# DOCX, XLSX, PPTX: parts in a zip file (ECMA-376), the main one by its content type

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    f"{OFFICE}wordprocessingml.document.main+xml": "docx",
    f"{OFFICE}spreadsheetml.sheet.main+xml": "xlsx",
    f"{OFFICE}presentationml.presentation.main+xml": "pptx",
}
MACROS = re.compile(r"vbaproject|vbadata|macrosheets?/|activex/|\.bas$", re.IGNORECASE)
CARRIED = re.compile(
    r"/embeddings/|oleobject|\.(?:exe|dll|com|scr|msi|bat|cmd|ps1|vbs?|js|hta|jar|lnk|swf|reg|iso|zip|rar|7z|docx?|xlsx?|pptx?"
    r"|x?html?|mht(?:ml)?|rtf|eml|msg)$",
    re.IGNORECASE,
)
MAGICS = (b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"\x7fELF", b"%PDF-", b"Rar!", b"7z\xbc\xaf")
PROGRAM = b"MZ"
# Ends of a paragraph, a line, a cell: the runs before them belong together, however they are cut.
BREAKS = {
    "p",
    "si",
    "is",
    "c",
    "v",
    "row",
    "br",
    "cr",
    "tab",
    "lpwstr",
    "creator",
    "title",
    "subject",
    "keywords",
    "description",
}
PEOPLE = {"creator", "lastModifiedBy", "Manager"}
ATTRIBUTES = {"name", "descr", "title", "author", "displayName"}


def read_office(content: bytes) -> Read:
    with zipfile.ZipFile(BytesIO(content)) as parts:
        members = parts.infolist()
        weigh(members, len(content))
        faults = {code for member in members if (code := fault_of_member(member))}
        types = texts_of(parts.read("[Content_Types].xml"))
        kinds = set(types.attributes.get("ContentType", ()))
        if any("macroEnabled" in kind or "vbaProject" in kind for kind in kinds):
            faults.add("macros")
        found = [kind for main, kind in MAIN_PARTS.items() if main in kinds]
        if len(found) != 1:
            raise Unread("macros" if "macros" in faults else "type")
        said, names = Collected(), False
        for member in members:
            if member.is_dir():
                continue
            part = parts.read(member)
            if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
                if part.startswith(MAGICS) or (part.startswith(PROGRAM) and b"This program" in part[:512]):
                    faults.add("carried")
                continue
            if member.filename.lower().endswith(".vml"):
                continue  # drawings of old comments: not always well-formed, and what they say stands in the comments
            text = texts_of(part)
            if member.filename.lower().endswith(".rels") and text.fetches:
                faults.add("fetches")
            said.add(text.all())
            names = names or text.names_somebody
    read_as = {"file_type": found[0], "faults": sorted(faults), "text": legible(said.text()), "names": names}
    return {**read_as, "has_text": True}


def weigh(members: list[zipfile.ZipInfo], size: int) -> None:
    """By the directory, before anything is unpacked; no member gives more than the directory says of it."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED or unpacked > max(size * HIGHEST_RATIO, 1024 * 1024):
        raise Unread("too_large_unpacked")
    names = [member.filename.lower() for member in members]
    if len(set(names)) != len(names):
        raise Unread("unreadable")
    for member in members:
        if member.flag_bits & 1:
            raise Unread("encrypted")
        plain = posixpath.normpath(member.filename)
        if plain.startswith(("/", "..")) or "\\" in member.filename or member.compress_type not in {0, 8}:
            raise Unread("unreadable")


def fault_of_member(member: zipfile.ZipInfo) -> str:
    if MACROS.search(member.filename):
        return "macros"
    return "carried" if CARRIED.search(member.filename) else ""


class Texts:
    """What one part says: its text with lines as they are read, and the attributes that hold words."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.attributes: dict[str, list[str]] = {}
        self.fetches = self.names_somebody = False
        self.inside: list[str] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        self.inside.append(local)
        for key, value in given.items():
            key = key.rpartition(":")[2]
            if key == "ContentType" or key in ATTRIBUTES:
                self.attributes.setdefault(key, []).append(value)
        if local == "Relationship" and given.get("TargetMode") == "External":
            self.fetches = self.fetches or not given.get("Type", "").endswith("/hyperlink")

    def end(self, name: str) -> None:
        local = self.inside.pop()
        if local in BREAKS:
            self.pieces.append("\n")

    def said(self, text: str) -> None:
        self.pieces.append(text)
        if self.inside and self.inside[-1] in PEOPLE and text.strip():
            self.names_somebody = True

    def all(self) -> str:
        words = [value for key, values in self.attributes.items() if key != "ContentType" for value in values]
        return "\n".join(["".join(self.pieces), *words])


def texts_of(part: bytes) -> Texts:
    """Without a document type: entities that grow, and what lies elsewhere, are not read (defusedxml)."""
    from xml.sax.handler import ContentHandler

    from defusedxml.sax import parseString

    texts = Texts()

    class Reader(ContentHandler):
        def startElement(self, name: str, attrs: Any) -> None:
            texts.start(name, dict(attrs))

        def endElement(self, name: str) -> None:
            texts.end(name)

        def characters(self, content: str) -> None:
            texts.said(content)

    parseString(part, Reader(), forbid_dtd=True)
    return texts


def legible(text: str) -> str:
    """One form for each letter, nothing invisible between letters, one blank between words."""
    plain = unicodedata.normalize("NFKC", text).encode("utf-8", "ignore").decode()
    return " ".join(INVISIBLE.sub("", plain.replace("\0", "")).split())


def within_limits() -> None:
    try:
        import resource
    except ImportError:  # not on this system; the parent's clock still ends it
        return
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    within_limits()
    found = read(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps({**found, "text": found["text"][:MOST_TEXT]}).encode())
