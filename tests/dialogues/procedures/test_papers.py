"""Papers: uploaded with their marking, given to more or fewer, taken back, sealed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dialogues.models import JournalEntry, Paper, PaperOpening, PaperVersion
from dialogues.procedures import papers
from dialogues.procedures.agenda import release_agenda
from dialogues.procedures.paper_checks import Upload, examine
from dialogues.procedures.steps import StepRefused
from tests import build
from tests.cast import Cast
from tests.papers import docx, pdf

FILE = Upload(b"%PDF-1.7 Zyxtext", file_type="pdf")
OTHER = Upload(b"%PDF-1.7 another", file_type="pdf")
SPOKEN = Upload(b"%PDF-1.7 on top secret files", file_type="pdf", spoken_of=("top secret",))


def uploaded(cast: Cast, **fields: Any) -> PaperVersion:
    said = {"by": cast.secretary_uk, "party": cast.uk, "title_en": "Zyxtitle", "audience": "delegates", "lang": "en"}
    said |= {"originator_marking": "OFFICIAL", "file": FILE}
    return papers.upload_paper(edition=cast.edition, **{**said, **fields})


def readers(cast: Cast, version: PaperVersion) -> set[str]:
    return {n for n in Cast.names() if PaperVersion.objects.visible_to(getattr(cast, n)).filter(pk=version.pk).exists()}


SECRETARIES = {"secretary_uk", "secretary_nl"}


def test_a_secretary_uploads_it_and_the_journal_tells_which_without_a_word_of_it(cast: Cast) -> None:
    version = uploaded(cast, file=examine("brief.docx", docx("The ports.")))
    assert (version.number, version.file_type, version.size) == (1, "docx", len(docx("The ports.")))
    assert bytes(PaperVersion.objects.with_content().get().content) == docx("The ports.")
    entry = JournalEntry.objects.get(act="uploaded paper")
    assert entry.details == {"version": version.pk, "lang": "en", "number": 1, "audience": "delegates"}
    assert (entry.record, entry.edition, entry.party) == (version.paper, cast.edition, cast.uk)
    assert {"delegate_uk", "delegate_nl", "focal_point_nl"} | SECRETARIES <= readers(cast, version)
    assert not {"public", "stranger", "technician", "former_secretary", "last_years_delegate"} & readers(cast, version)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"by": "focal_point_uk"}, "Only a current secretary"),
        ({"by": "secretary_elsewhere"}, "Only a current secretary"),
        ({"audience": "public"}, "never public"),
        ({"audience": ""}, "Choose who may read it"),
        ({"audience": "group"}, "needs that group"),
        ({"audience": "party", "party": "nl"}, "own secretary keeps"),
        ({"file": Upload(b"", faults=("The file is empty. Choose another.",))}, "The file is empty"),
        ({"file": Upload(b"x")}, "cannot be read"),
        ({"file": SPOKEN}, "Only the secretariat lead"),
        ({"file": SPOKEN, "by": "lead"}, "Say why it may stand there"),
        ({"lang": "fr"}, "in which language"),
    ],
)
def test_an_upload_that_must_not_be_is_refused_in_words_and_leaves_nothing(
    cast: Cast, fields: dict[str, Any], sentence: str
) -> None:
    named = {"by", "party"}
    given = {name: getattr(cast, value) if name in named else value for name, value in fields.items()}
    with pytest.raises(StepRefused, match=sentence):
        uploaded(cast, **given)
    assert not Paper.objects.exists()


def test_a_word_that_is_only_spoken_of_passes_by_the_lead_with_a_reason_that_is_kept(cast: Cast) -> None:
    version = uploaded(cast, by=cast.lead, file=SPOKEN, override_reason="A public report quotes a newspaper.")
    assert version.override_reason == "A public report quotes a newspaper."


def test_a_session_of_another_edition_takes_no_paper_and_a_hidden_session_hides_its_paper(cast: Cast) -> None:
    elsewhere = build.a_session(build.an_edition(cast.dialogue, year=2028))
    with pytest.raises(StepRefused, match="none of"):
        uploaded(cast, session=elsewhere)
    session = build.a_session(cast.edition, audience="group", mandate=cast.group, title_en="Zyxsession")
    version = uploaded(cast, session=session, audience="delegates")
    assert readers(cast, version) == SECRETARIES, "not released: nobody knows of the session"
    release_agenda(edition=cast.edition, by=cast.lead)
    assert readers(cast, version) == SECRETARIES | {"group_member", "co_chair"}
    plain = build.a_session(cast.edition, "11:00", "12:00")
    bait = uploaded(cast, session=plain, file=OTHER)
    release_agenda(edition=cast.edition, by=cast.lead)
    assert {"delegate_uk", "other_group_member"} <= readers(cast, bait)


def test_versions_are_counted_by_language_older_ones_stay_and_the_same_file_twice_is_refused(cast: Cast) -> None:
    first = uploaded(cast)
    with pytest.raises(StepRefused, match="same file as version 1"):
        papers.add_version(paper=first.paper, by=cast.secretary_nl, lang="en", file=FILE)
    second = papers.add_version(paper=first.paper, by=cast.secretary_nl, lang="en", file=OTHER)
    dutch = papers.add_version(paper=first.paper, by=cast.secretary_nl, lang="nl", file=FILE)
    assert (second.number, dutch.number) == (2, 1)
    assert "delegate_uk" in readers(cast, first) & readers(cast, second) & readers(cast, dutch)


def test_only_the_party_whose_it_is_gives_it_to_more_and_anybody_who_keeps_it_to_fewer(cast: Cast) -> None:
    version = uploaded(cast, audience="secretariat")
    paper = version.paper
    assert readers(cast, version) == SECRETARIES
    with pytest.raises(StepRefused, match="United Kingdom’s own secretary gives"):
        papers.lower_marking(paper=paper, by=cast.secretary_nl, audience="delegates", reason="Everybody needs it.")
    with pytest.raises(StepRefused, match="Say why more"):
        papers.lower_marking(paper=paper, by=cast.secretary_uk, audience="delegates", reason="  ")
    paper = papers.lower_marking(paper=paper, by=cast.secretary_uk, audience="delegates", reason="Cleared by its author.")
    assert (paper.audience_reason, "delegate_nl" in readers(cast, version)) == ("Cleared by its author.", True)
    assert JournalEntry.objects.get(act="lowered marking").details == {"from": "secretariat", "to": "delegates"}
    with pytest.raises(StepRefused, match="who reads it now"):
        papers.lower_marking(paper=paper, by=cast.secretary_uk, audience="delegates", reason="Again.")
    papers.lower_marking(paper=paper, by=cast.secretary_nl, audience="secretariat")
    assert readers(cast, version) == SECRETARIES
    assert JournalEntry.objects.filter(act="raised marking").count() == 1


def test_a_paper_of_one_partys_staff_is_nobody_elses_and_its_focal_point_only_reads_it(cast: Cast) -> None:
    version = uploaded(cast, audience="party")
    assert readers(cast, version) == {"secretary_uk", "focal_point_uk"}
    for by in (cast.focal_point_uk, cast.secretary_nl):
        for step in (papers.withdraw_paper, papers.lower_marking):
            with pytest.raises(StepRefused, match="Only a"):
                step(
                    paper=version.paper,
                    by=by,
                    reason="x",
                    **({"audience": "delegates"} if step is papers.lower_marking else {}),
                )
        with pytest.raises(StepRefused, match="Only a"):
            papers.quarantine(version=version, by=by)


def test_taken_back_it_is_read_by_nobody_and_gets_no_version(cast: Cast) -> None:
    version = uploaded(cast)
    with pytest.raises(StepRefused, match="Say why"):
        papers.withdraw_paper(paper=version.paper, by=cast.secretary_nl, reason="")
    paper = papers.withdraw_paper(paper=version.paper, by=cast.secretary_nl, reason="Superseded by the draft conclusions.")
    assert readers(cast, version) == set()
    assert not Paper.objects.at_hand().exists()
    assert papers.add_version_reasons(paper, cast.secretary_uk)[0].text.startswith("It was taken back")
    with pytest.raises(StepRefused, match="taken back already"):
        papers.withdraw_paper(paper=paper, by=cast.secretary_uk, reason="Again.")


def test_in_quarantine_it_is_out_of_reach_at_once_sealed_and_opened_by_the_key_alone(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = uploaded(cast, file=examine("a.pdf", pdf("Zyxspill, of another level.")))
    clear = bytes(PaperVersion.objects.with_content().get().content)
    papers.note_opening(version=version, by=cast.delegate_nl)
    key = papers.quarantine(version=version, by=cast.secretary_nl)
    assert readers(cast, version) == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM dialogues_paperversion")
        stored = b"".join(bytes(content) for (content,) in cursor.fetchall())
    assert clear[:40] not in stored and b"%PDF" not in stored and len(stored) > len(clear)
    assert [one.user for one in papers.openings_of(version.paper, cast.secretary_uk)] == [cast.delegate_nl]
    everything = str(list(JournalEntry.objects.values("act", "details")))
    assert key.replace(" ", "") not in everything and key not in everything

    def opened(with_key: str, path: Path) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(with_key + "\n"))
        call_command("open_quarantine", str(version.pk), str(path))

    for wrong in ("00" * 32, "no key", "", key[:-1], "é" * 8):
        with pytest.raises(CommandError, match="not the key"):
            opened(wrong, tmp_path / "no.pdf")
    assert not (tmp_path / "no.pdf").exists()
    opened(key, tmp_path / "spill.pdf")
    assert (tmp_path / "spill.pdf").read_bytes() == clear
    assert (tmp_path / "spill.pdf").stat().st_mode & 0o077 == 0
    assert JournalEntry.objects.get(act="exported").details == {"version": version.pk, "quarantine": True}
    with pytest.raises(CommandError, match="exists already"):
        opened(key, tmp_path / "spill.pdf")
    with pytest.raises(StepRefused, match="in quarantine already"):
        papers.quarantine(version=version, by=cast.secretary_nl)
    with pytest.raises(StepRefused, match="very file is in quarantine"):
        papers.add_version(paper=version.paper, by=cast.secretary_uk, lang="en", file=Upload(clear, file_type="pdf"))


def test_no_list_of_versions_loads_a_byte_of_them(cast: Cast) -> None:
    version = uploaded(cast)
    with CaptureQueriesContext(connection) as asked:
        list(PaperVersion.objects.visible_to(cast.delegate_uk))
        list(version.paper.versions.all())
        PaperVersion.objects.get(pk=version.pk)
        papers.add_version(paper=version.paper, by=cast.secretary_uk, lang="en", file=OTHER)
    read = [query["sql"] for query in asked if query["sql"].startswith("SELECT")]
    assert len(read) > 5
    assert not [sql for sql in read if '"content"' in sql]
    assert PaperOpening.objects.count() == 0
