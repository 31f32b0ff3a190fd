"""The pages of session reports and of the summary: written, agreed, commented on and adopted without the admin."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dialogues.models import ActionItem, Edition, Export, Session, SessionReport, Summary, SummaryComment
from dialogues.procedures import session_reports, summaries
from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.cast import Cast
from tests.reading import content, words
from tests.reading_paper import sheets

CONCLUSIONS = "/en/dialogues/cast-dialogue/2027/conclusions/"


@pytest.fixture(autouse=True)
def ten_days_later() -> Any:
    with time_machine.travel("2027-03-27T12:00:00Z", tick=True):
        yield


@pytest.fixture
def breakout(cast: Cast) -> Session:
    """Reported on by the member of `group`; the British seat is vacant. Another session that is nobody's to report on."""
    cast.group.rapporteur = cast.group_member.person
    cast.group.save()
    said = {"kind": "breakout", "title_en": "Money flows", "ground_rule": "chatham_house"}
    session = build.a_session(cast.edition, mandate=cast.group, audience="group", **said)
    build.a_session(cast.edition, "14:00", "15:00", title_en="Keynote")
    with time_machine.travel("2027-03-01T12:00:00Z"):
        release_agenda(edition=cast.edition, by=cast.secretary_nl)
    return session


def address(session: Session) -> str:
    return f"/en/my/reports/{session.pk}/"


def said(**more: Any) -> dict[str, Any]:
    return {"act": "write", "seen": 0, "lang": "en", "points": "", "conclusions": "The pilot goes on.", "questions": "", **more}


def test_the_rapporteur_finds_writes_and_saves_the_report(cast: Cast, breakout: Session, signed_in: Any) -> None:
    client = signed_in(cast.group_member)
    assert '<a href="/en/my/reports/">' in client.get("/en/my/").content.decode()
    assert address(breakout) in client.get(f"/en/dialogues/cast-dialogue/2027/agenda/{breakout.pk}/").content.decode()
    listed = content("/en/my/reports/", client)
    assert "Money flows" in listed and "Write it" in listed and "rapporteur, United Kingdom" in listed
    assert "Keynote" not in listed
    page = content(address(breakout), client)
    assert "say what was said, never who said it" in page and "Agree to this text" not in page
    answer = client.post(address(breakout), said(points="Views were exchanged."), follow=True)
    assert "The report is saved." in words(answer.content.decode())
    report = SessionReport.objects.get()
    assert (report.points, report.written_by, report.round) == ("Views were exchanged.", cast.group_member, 1)


def test_a_session_is_called_as_released_whatever_staff_prepare(cast: Cast, breakout: Session, signed_in: Any) -> None:
    Session.objects.filter(pk=breakout.pk).update(title_en="Zyxprepared", title_nl="Zyxvoorbereid")
    client = signed_in(cast.group_member)
    for page in (content("/en/my/reports/", client), content(address(breakout), client)):
        assert "Money flows" in page and "Zyx" not in page.replace("ZzyxGroupMember", "")


def test_an_empty_report_comes_back_with_what_was_typed(cast: Cast, breakout: Session, signed_in: Any) -> None:
    client = signed_in(cast.group_member)
    answer = client.post(address(breakout), said(conclusions=" ", points="Typed at length"))
    text = answer.content.decode()
    assert "Give at least one conclusion" in text and "Typed at length" in text and "<title>Error:" in text
    for nonsense in ({"lang": "xx"}, {"points": "x" * 10001}):
        assert client.post(address(breakout), said(**nonsense)).context["form"].errors
    assert client.post(address(breakout), said(points="a\0b")).status_code in {200, 400}
    for never in ("9" * 40, "-1", "", "²"):
        answer = client.post(address(breakout), said(seen=never))
        assert answer.status_code == 409 and "Somebody else saved a newer text" in answer.content.decode()
    assert not SessionReport.objects.exists()
    assert client.post(address(breakout), {"act": "burn"}).status_code == 404


def test_a_save_over_a_newer_text_shows_both_and_keeps_the_typed_one(cast: Cast, breakout: Session, signed_in: Any) -> None:
    client = signed_in(cast.group_member)
    session_reports.write_report(session=breakout, by=cast.secretary_nl, conclusions="Theirs stands.")
    answer = client.post(address(breakout), said(conclusions="Mine is typed."))
    text = words(answer.content.decode())
    assert answer.status_code == 409
    assert "Somebody else saved a newer text meanwhile." in text and "Theirs stands." in text and "Mine is typed." in text
    assert SessionReport.objects.get().conclusions == "Theirs stands."
    client.post(address(breakout), said(conclusions="Mine is typed.", seen=answer.context["seen"]))
    assert SessionReport.objects.get().conclusions == "Mine is typed."


def test_the_co_chair_reads_and_agrees_to_what_was_read(cast: Cast, breakout: Session, signed_in: Any) -> None:
    session_reports.write_report(session=breakout, by=cast.group_member, conclusions="The pilot goes on.", lang="nl")
    client = signed_in(cast.co_chair)
    page = client.get(address(breakout))
    assert page.context["form"] is None and 'lang="nl"' in page.content.decode()
    session_reports.write_report(session=breakout, by=cast.group_member, conclusions="The pilot stops.")
    stale = client.post(address(breakout), {"act": "agree", "seen": page.context["seen"]})
    assert stale.status_code == 409 and "Read it again before you agree" in stale.content.decode()
    fresh = client.post(address(breakout), {"act": "agree", "seen": stale.context["seen"]}, follow=True)
    text = words(fresh.content.decode())
    assert "You agreed for your party." in text and "Agreed by Netherlands" in text
    assert "Awaited from secretary, United Kingdom" in text
    answer = signed_in(cast.secretary_uk).post(address(breakout), {"act": "agree", "seen": 2}, follow=True)
    assert "The report is final." in words(answer.content.decode())
    assert "Change the text" not in content(address(breakout), signed_in(cast.group_member))


def test_a_rapporteur_proposes_an_action_on_the_spot(cast: Cast, breakout: Session, signed_in: Any) -> None:
    client = signed_in(cast.group_member)
    typed = {"action-text_en": "Share the list", "action-lead": cast.nl.pk, "action-due_on": "2027-13-01"}
    answer = client.post(address(breakout), {"act": "propose", **typed})
    text = answer.content.decode()
    assert "Name the post that owns it" in text and "Give a day such as 2027-03-16" in text and "Share the list" in text
    typed |= {"action-owner_post_en": "Head of unit", "action-owner_post_nl": "Hoofd", "action-due_on": "2027-09-01"}
    answer = client.post(address(breakout), {"act": "propose", **typed}, follow=True)
    item = ActionItem.objects.get()
    lead = item.leads.get()
    assert (item.session, item.due_on, lead.party, lead.owner_post_nl) == (breakout, date(2027, 9, 1), cast.nl, "Hoofd")
    text = answer.content.decode()
    assert f"{item.number} is proposed." in words(text) and "Share the list" in text
    assert f"/action-items/{item.number}/" not in text  # its page is the negotiators'
    assert f"/action-items/{item.number}/" in signed_in(cast.co_chair).get(address(breakout)).content.decode()


def test_a_report_does_not_exist_for_anybody_else(cast: Cast, breakout: Session, signed_in: Any) -> None:
    session_reports.write_report(session=breakout, by=cast.group_member, conclusions="The pilot goes on.")
    for name in ("delegate_uk", "other_group_member", "focal_point_uk", "stranger", "technician", "secretary_elsewhere"):
        client = signed_in(getattr(cast, name))
        hidden, missing = client.get(address(breakout)), client.get("/en/my/reports/987654321/")
        assert (hidden.status_code, hidden.content) == (404, missing.content), name
        assert client.post(address(breakout), said()).status_code == 404
        assert client.get("/en/my/reports/").status_code == 404
        assert "/my/reports/" not in client.get("/en/my/").content.decode()
    assert Client().get(address(breakout)).status_code == 302


# The summary


@pytest.fixture
def circulated(cast: Cast, breakout: Session) -> Summary:
    Edition.objects.filter(pk=cast.edition.pk).update(status="closed")
    cast.edition.refresh_from_db()
    build.a_session_report(breakout, cast.group_member, status="final", lang="nl", conclusions="De proef gaat door.")
    summary = summaries.assemble_summary(edition=cast.edition, by=cast.secretary_nl)
    return summaries.circulate(summary=summary, by=cast.secretary_nl, comments_until=date(2027, 4, 6))


def test_those_asked_read_the_text_the_list_and_the_comments_by_post(cast: Cast, circulated: Summary, signed_in: Any) -> None:
    lead = {"text_en": "Share the list", "text_nl": "Deel de lijst"}
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None, **lead)
    client = signed_in(cast.focal_point_uk)
    assert f'href="{CONCLUSIONS}"' in client.get("/en/my/").content.decode()
    text = client.get(CONCLUSIONS).content.decode()
    assert '<ul class="ruled" lang="nl"><li>De proef gaat door.</li></ul>' in text  # the heading says “(in Dutch)”
    page = words(text)
    assert "Money flows (in Dutch)" in page and "Version 1, circulated for comment" in page
    assert "Share the list" in page and "Netherlands: Head of unit" in page and "31 December 2027" in page
    assert client.post(CONCLUSIONS, {"text": " "}).context["form"].errors
    answer = client.post(CONCLUSIONS, {"text": "Say June.\n\nAnd <b>July</b>."}, follow=True)
    assert "Your comment is saved." in words(answer.content.decode())
    read = signed_in(cast.secretary_nl).get(CONCLUSIONS).content.decode()
    assert "And &lt;b&gt;July&lt;/b&gt;." in read and "Zzyx" not in read
    assert f"United Kingdom , {cast.focal_point_uk.person.post} 27 March 2027, 13:00" in words(read)  # at the venue
    dutch = words(client.get(CONCLUSIONS.replace("/en/", "/nl/")).content.decode())
    assert "Deel de lijst" in dutch and item.number in dutch


def test_two_people_of_two_parties_adopt_it_on_its_page(cast: Cast, circulated: Summary, signed_in: Any) -> None:
    item = build.an_action_item(cast.edition, status="proposed", original_due_on=None, due_on=None)
    client = signed_in(cast.focal_point_uk)
    page = client.get(CONCLUSIONS)
    assert f"{item.number} lacks: due date." in words(page.content.decode())
    assert f'href="/en/action-items/{item.number}/"' in page.content.decode()
    assert client.post(f"{CONCLUSIONS}adopt/", {"seen": "x"}).status_code == 409
    ActionItem.objects.update(due_on=date(2027, 9, 1))
    asked = client.get(f"{CONCLUSIONS}adopt/")
    assert "Adopt for United Kingdom" in words(asked.content.decode()) and item.number in asked.content.decode()
    assert "Comments are asked until 6 April 2027" in words(asked.content.decode())
    ActionItem.objects.update(due_on=date(2027, 10, 1))
    stale = client.post(f"{CONCLUSIONS}adopt/", {"seen": asked.context["seen"]})
    assert stale.status_code == 409 and "was changed meanwhile" in words(stale.content.decode())
    assert client.post(f"{CONCLUSIONS}adopt/", {}).status_code == 409  # nothing read, nothing adopted
    assert not circulated.consents.exists()
    for by in (cast.focal_point_uk, cast.secretary_nl):
        client = signed_in(by)
        seen = client.get(f"{CONCLUSIONS}adopt/").context["seen"]
        answer = client.post(f"{CONCLUSIONS}adopt/", {"seen": seen}, follow=True)
        waits = "Your party has adopted it. The other party’s adoption is awaited."
        assert (waits in words(answer.content.decode())) == (by == cast.focal_point_uk)
    assert "It is adopted. Every proposed action is agreed." in words(answer.content.decode())
    item.refresh_from_db()
    assert (item.status, item.original_due_on) == ("agreed", date(2027, 10, 1))
    reader = signed_in(cast.delegate_uk)
    assert "Adopted by all parties on 27 March 2027" in content(CONCLUSIONS, reader)
    assert reader.get(f"{CONCLUSIONS}adopt/").status_code == 404


def test_the_summary_does_not_exist_for_anybody_else_nor_its_file(cast: Cast, circulated: Summary, signed_in: Any) -> None:
    SummaryComment.objects.create(summary=circulated, round=1, party=cast.uk, by=cast.focal_point_uk, text="Bait")
    for name in ("delegate_uk", "group_member", "stranger", "technician", "secretary_elsewhere", "last_years_delegate"):
        client = signed_in(getattr(cast, name))
        hidden, missing = client.get(CONCLUSIONS), client.get(CONCLUSIONS.replace("2027", "2031"))
        assert (hidden.status_code, hidden.content) == (404, missing.content), name
        assert client.post(CONCLUSIONS, {"text": "Me too"}).status_code == 404
        assert client.post(f"{CONCLUSIONS}adopt/").status_code == 404
        assert client.post(f"{CONCLUSIONS}official-conclusions.pdf").status_code == 404
        assert "conclusions/" not in client.get("/en/my/").content.decode()
    assert Client().get(CONCLUSIONS).status_code == 302
    assert signed_in(cast.co_chair).get(f"{CONCLUSIONS}adopt/").status_code == 404
    assert not Export.objects.exists()
    Summary.objects.update(edition=build.an_edition(cast.dialogue, year=2030))
    assert signed_in(cast.secretary_nl).get(CONCLUSIONS).status_code == 404


def test_participants_do_not_read_what_was_said_on_the_way(cast: Cast, circulated: Summary, signed_in: Any) -> None:
    SummaryComment.objects.create(summary=circulated, round=1, party=cast.uk, by=cast.focal_point_uk, text="We cannot accept")
    summaries.adopt(summary=circulated, by=cast.focal_point_uk)
    summaries.adopt(summary=circulated, by=cast.focal_point_nl)
    assert "We cannot accept" not in content(CONCLUSIONS, signed_in(cast.delegate_nl))
    assert "We cannot accept" in content(CONCLUSIONS, signed_in(cast.focal_point_nl))


def test_it_leaves_as_a_marked_file_that_is_written_down(cast: Cast, circulated: Summary, signed_in: Any) -> None:
    build.an_action_item(cast.edition, status="proposed", original_due_on=None, text_en="Share the list")
    client = signed_in(cast.focal_point_uk)
    assert client.get(f"{CONCLUSIONS}official-conclusions.pdf").status_code == 405
    assert not Export.objects.exists()
    answer = client.post(f"{CONCLUSIONS}official-conclusions.pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="official-conclusions-2027-en.pdf"'
    paper = sheets(answer.content)
    assert all("OFFICIAL / ongerubriceerd" in sheet for sheet in paper)
    text = " ".join(paper)
    for told in ("De proef gaat door.", "Share the list", "Netherlands: Head of unit", "focal point, United Kingdom"):
        assert told in text
    export = Export.objects.get()
    assert (export.what, export.by, export.edition) == ("conclusions", cast.focal_point_uk, cast.edition)


def test_three_sessions_and_twelve_cost_the_same(cast: Cast, signed_in: Any) -> None:
    """To write or to agree, of a group or in plenary, with a named rapporteur or without."""
    client = signed_in(cast.secretary_nl)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/en/my/reports/").status_code == 200
        return len(asked)

    def sessions(count: int) -> None:
        for n in range(count):
            group = build.a_mandate(cast.edition) if n % 3 else None
            session = build.a_session(cast.edition, title_en=f"Session {n}", mandate=group)
            build.a_speaker(session, cast.delegate_uk.person, "rapporteur")
            if group:
                build.a_co_chair(group, build.an_account(build.a_person(cast.uk)).person)
            if n % 3 != 1:
                report = build.a_session_report(session, cast.secretary_uk)
                build.a_consent(report, cast.secretary_uk, "final", party=cast.uk)

    sessions(3)
    client.get("/en/my/reports/")
    few, listed = queries(), content("/en/my/reports/", client)
    assert listed.count("Read and agree") == 2 and listed.count("Write it") == 1
    sessions(9)
    assert queries() == few


def test_a_comment_above_the_ceiling_is_refused_at_its_field_and_kept_there(
    cast: Cast, circulated: Summary, signed_in: Any
) -> None:
    answer = signed_in(cast.focal_point_uk).post(CONCLUSIONS, {"text": "See the TOP SECRET annex."})
    text = words(answer.content.decode())
    assert "“TOP SECRET” marks something above OFFICIAL / ongerubriceerd" in text and "See the TOP SECRET annex." in text
    assert not SummaryComment.objects.exists()
