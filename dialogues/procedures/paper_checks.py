"""What an uploaded file must be before anybody may read it: small, of a kind we know, inert, and below the ceiling.

A net with holes (security-privacy §6.1 rule 3): it reads the text that a file says it has. A picture of a page, a word cut
in pieces and a text that only describes what is classified all pass. Whoever uploads answers for the marking.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dialogues.models.ceiling import CLASSIFIED

READER = Path(__file__).parent / "paper_reading.py"
LARGEST = 5 * 1024 * 1024  # bytes
READ_WITHIN = 20  # seconds by the wall clock; the reader's own limit counts only what it computes
# Words that a text may speak of without being what they say. In capitals they are a marking all the same.
SPOKEN_OF = {"top secret", "zeer geheim", "staatsgeheim"}


@dataclass(frozen=True)
class Upload:
    """A file as it came in, and what was found in it. `faults` refuse it, `spoken_of` needs a reason, `warnings` a look."""

    content: bytes
    file_type: str = ""
    faults: tuple[str, ...] = ()
    spoken_of: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def in_words(code: str) -> str:
    again = _("Save it again as PDF and upload that.")
    said = {
        "type": _("This is no PDF, DOCX, XLSX or PPTX, whatever its name says. Save it as one of these."),
        "old_office": _("This is an old Office file, or one with a password. Save it as PDF, DOCX, XLSX or PPTX without one."),
        "unreadable": _("This file cannot be read. %(again)s") % {"again": again},
        "encrypted": _("This file has a password. Save it without one and upload that."),
        "pages": _("This file has more than 500 pages, or is built like one. Divide it."),
        "too_large_unpacked": _("This file unpacks to far more than a paper holds. %(again)s") % {"again": again},
        "macros": _("This file holds macros. Save it without them, or as PDF."),
        "carried": _("Another file is hidden inside this one (an embedded object or program). %(again)s") % {"again": again},
        "fetches": _("This file takes in something from elsewhere: a template, a picture, a workbook. %(again)s")
        % {"again": again},
        "javascript": _("This PDF holds a script. Print it to a new PDF and upload that."),
        "launch": _("This PDF starts or sends something when it is opened. Print it to a new PDF and upload that."),
        "attached": _("This PDF carries other files. Print it to a new PDF and upload that; add the others one by one."),
        "form": _("This PDF is an interactive form. Print it to a new PDF and upload that."),
    }
    return said.get(code, said["unreadable"])


def examine(name: str, content: bytes) -> Upload:
    """Look through a file, named `name` where it came from. The name is searched and not kept."""
    faults = [*refused_in_name(name)]
    if not content:
        return Upload(content, faults=(*faults, _("The file is empty. Choose another.")))
    if len(content) > LARGEST:
        return Upload(
            content, faults=(*faults, _("The file is larger than 5 MB. Save it with smaller pictures, or divide it."))
        )
    found = read_apart(content)
    faults += [in_words(code) for code in found["faults"]]
    words = words_above(found["text"])
    faults += [marked_above(word) for word in words if not may_be_spoken_of(word)]
    return Upload(
        content,
        file_type=found["file_type"],
        faults=tuple(faults),
        spoken_of=tuple(word for word in words if may_be_spoken_of(word)),
        warnings=tuple(warnings_of(found)) if found["file_type"] else (),
    )


def warnings_of(found: dict[str, Any]) -> list[str]:
    said = []
    if not (found.get("has_text") and found["text"]):
        said.append(_("No text could be read in this file; it may be scanned. Nobody but you has checked it: read it through."))
    if found["names"]:
        said.append(_("The properties of this file name a person (author or editor). Readers of the file can see it."))
    return said


def refused_in_name(name: str) -> list[str]:
    """A file name is short and soon changed: no word of a higher level stands in it, in whatever letters."""
    plain = " ".join(name.replace("\0", " ").translate(str.maketrans("_+", "  ")).split())
    if found := CLASSIFIED.search(plain) or CLASSIFIED.search(plain.replace("-", " ")):
        return [_("The name of the file says “%(word)s”. %(what)s") % {"word": found.group(), "what": what_then()}]
    return []


def words_above(text: str) -> list[str]:
    """The words of a higher level in a text, each once. In running text “secret” is a word; in capitals it is a marking."""
    found = dict.fromkeys(" ".join(one.group().split()) for one in CLASSIFIED.finditer(text))
    return [word for word in found if word not in {"secret", "Secret"}]


def may_be_spoken_of(word: str) -> bool:
    return word != word.upper() and word.lower() in SPOKEN_OF


def marked_above(word: str) -> str:
    return _("The text says “%(word)s”. %(what)s") % {"word": word, "what": what_then()}


def what_then() -> str:
    return _(
        "That marks something above OFFICIAL / ongerubriceerd, which the portal does not hold. "
        "Do not upload it elsewhere either: ask your security adviser."
    )


def read_apart(content: bytes) -> dict[str, Any]:
    """What `paper_reading` finds. Whatever becomes of that process, it becomes of nothing else."""
    unread = {"file_type": "", "faults": ["unreadable"], "text": "", "names": False}
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(READER)], input=content, capture_output=True, timeout=READ_WITHIN, check=True, env={}
        )
        found = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return unread
    return {**unread, **found}
