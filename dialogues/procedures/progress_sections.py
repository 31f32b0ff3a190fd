"""What is told in public of an agreed progress report: drafted from its rows, edited and cleared by the press officers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import override

from dialogues.models import ActionItem, Appointment, ProgressReport, ProgressRound, ProgressSection, Theme
from dialogues.models.progress_rounds import FEWEST_SHOWN
from parties.models import User

from . import journal
from .consents import awaited, consent_of_all, consent_reasons
from .progress_review import newest
from .publication import note_change
from .session_reports import Overtaken
from .steps import Reason, lock, party_of, refuse_for

Role = Appointment.Role
EDITING = (Role.PRESS_OFFICER, *Appointment.SECRETARIES)
# A sentence names no more than so many actions.
MOST_NAMED = 4


# Drafting


def draft_section_reasons(report: ProgressReport, by: User) -> list[Reason]:
    """Only what every party has agreed is told, once a report."""
    round = report.round
    if party_of(by, round.dialogue, *EDITING) is None:
        return [Reason(_("It is drafted by a secretary or a press officer of this dialogue."))]
    last = newest(round)
    if round.status not in ProgressRound.AGREED_ON or last is None or last.pk != report.pk:
        return [Reason(_("Only a report that every party has agreed is told in public."), round)]
    if found := ProgressSection.objects.filter(report=report).first():
        return [Reason(_("It is drafted already: edit that text."), found)]
    return []


@transaction.atomic
def draft_section(*, report: ProgressReport, by: User) -> ProgressSection:
    """Draft both texts from what everybody may read of the report; nobody reads them before they are published."""
    report = lock(report)
    refuse_for(draft_section_reasons(report, by))
    section = ProgressSection(report=report, edition=report.round.edition)
    section.text_en, section.text_nl = (drafted(report, lang) for lang, _name in settings.LANGUAGES)
    section.full_clean(exclude=["report", "edition"])
    section.save()
    journal.write(by=by, act="drafted progress section", on=section, details={"version": report.version})
    return section


def drafted(report: ProgressReport, lang: str) -> str:
    """Three sentences: on what, what came of it, what goes on.

    Of items that were public when the report was compiled and are today; no figure beyond those that anybody may read.
    """
    public = ActionItem.objects.visible_to(AnonymousUser())
    items = list(report.items.public().filter(action_item__in=public).order_by("position"))
    named = Theme.objects.visible_to(AnonymousUser())
    themes = list(report.themes.filter(theme__in=named).order_by("position"))
    done = [item for item in items if item.status == ActionItem.Status.CLOSED]
    ahead = [item for item in items if item.status in ActionItem.LIVE]
    with override(lang):
        sentences = [_begin(report, themes), _done(done, _safe_total(themes)), _ahead(ahead)]
    return " ".join(sentence for sentence in sentences if sentence)


def _safe_total(themes: list[Any]) -> tuple[int, int] | None:
    """How many of how many, where no theme has a number that is not shown; else one could be worked out."""
    counts = [theme.safe for theme in themes]
    if not counts or any(count["opened"] is None or count["closed"] is None for count in counts):
        return None
    return sum(count["closed"] or 0 for count in counts), sum(count["opened"] or 0 for count in counts)


def _begin(report: ProgressReport, themes: list[Any]) -> str:
    parties = get_text_list([str(party.name) for party in report.round.dialogue.parties.order_by("code")], _("and"))
    said = {"year": report.round.edition.year, "parties": parties}
    if not themes:
        return _("Since the %(year)d Dialogue, the parties (%(parties)s) have followed up what they agreed there.") % said
    listed = get_text_list([str(theme.name) for theme in themes], _("and"))
    return _("Since the %(year)d Dialogue, the parties (%(parties)s) have worked together on: %(themes)s.") % {
        **said,
        "themes": listed,
    }


def _named(items: list[Any]) -> str:
    return "; ".join(str(item.text).rstrip(".") for item in items[:MOST_NAMED])


def _done(items: list[Any], total: tuple[int, int] | None) -> str:
    if not items:
        return _("No action that is told in public has been completed yet.")
    if total and total[0] >= FEWEST_SHOWN:
        said = _("%(closed)d of %(opened)d actions were completed and confirmed by the other side, among them: %(actions)s.")
        return said % {"closed": total[0], "opened": total[1], "actions": _named(items)}
    return _("Completed, and confirmed by the other side: %(actions)s.") % {"actions": _named(items)}


def _ahead(items: list[Any]) -> str:
    return _("Work continues on: %(actions)s.") % {"actions": _named(items)} if items else ""


# Editing and clearing


def _not_public(section: ProgressSection) -> list[Reason]:
    if section.is_published:
        return [Reason(_("It is public. Take it back from the public before its text is changed."), section)]
    return []


def edit_section_reasons(section: ProgressSection, by: User) -> list[Reason]:
    if party_of(by, section.edition.dialogue, *EDITING) is None:
        return [Reason(_("It is edited by a press officer or a secretary of this dialogue."))]
    return _not_public(section)


@transaction.atomic
def edit_section(*, section: ProgressSection, by: User, text_en: str, text_nl: str, seen: int) -> ProgressSection:
    """Change the words. Every press officer is asked anew, and a proposal to publish the old words lapses.

    `seen` is the `text_round` that was read: two who edit at once are told (law R8).
    """
    section = lock(section)
    refuse_for(edit_section_reasons(section, by))
    if seen != section.text_round:
        raise Overtaken(_("Somebody else changed the text meanwhile. Read it before you change it again."))
    written = {"text_en": text_en.strip(), "text_nl": text_nl.strip()}
    changed = [name for name, text in written.items() if text != getattr(section, name)]
    if not changed:
        return section
    for name in changed:
        setattr(section, name, written[name])
    section.text_round += 1
    section.full_clean(exclude=["report", "edition"])
    section.save(update_fields=[*changed, "text_round"])
    note_change(record=section, by=by, fields=changed)
    journal.write(by=by, act="edited progress section", on=section, details={"fields": changed, "round": section.text_round})
    return section


def clear_section_reasons(section: ProgressSection, by: User) -> list[Reason]:
    """Each party's press officer, once to these words."""
    if party_of(by, section.edition.dialogue, Role.PRESS_OFFICER) is None:
        return [Reason(_("It is cleared by a party’s press officer."))]
    reasons = _not_public(section)
    dialogue, round = section.edition.dialogue, section.text_round
    return reasons or consent_reasons(section, section.CLEARED, dialogue, by, Role.PRESS_OFFICER, round=round)


def parties_to_clear(section: ProgressSection) -> list[Any]:
    """The parties whose press officer has not cleared these words."""
    return list(awaited(section, section.CLEARED, section.edition.dialogue, round=section.text_round))


@transaction.atomic
def clear_section(*, section: ProgressSection, by: User, seen: int | None = None) -> ProgressSection:
    """Agree to the words as they stand. It is published by two people once every party's press officer has."""
    section = lock(section)
    refuse_for(clear_section_reasons(section, by))
    if seen is not None and seen != section.text_round:
        raise Overtaken(_("The text was changed meanwhile. Read it again before you clear it."))
    dialogue, round = section.edition.dialogue, section.text_round
    complete = consent_of_all(section, section.CLEARED, dialogue, by, Role.PRESS_OFFICER, round=round)
    act = "cleared progress section" if complete else "consented"
    journal.write(by=by, act=act, on=section, details={"to": section.CLEARED, "round": round})
    return section
