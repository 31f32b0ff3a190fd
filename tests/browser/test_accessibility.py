"""axe on the pages of the walk, light and dark. axe injects styles of its own, so the policy is judged in another test."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dialogues.procedures.agenda import release_agenda
from tests import build
from tests.browser.walker import Walker, with_second_factor
from tests.cast import assemble

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("browser")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
# Of all rules only contrast looks at colours: the dark scheme is asked about that, having passed the others in the light one.
ASKED = {"light": RULES, "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}}}


def test_axe_finds_nothing_on_the_pages_of_the_walk_wide_or_narrow_light_or_dark(
    transactional_db: None, browser: Browser, live_server: Any, settings: Any
) -> None:
    settings.PUBLIC_BASE_URL = live_server.url
    cast = assemble()
    hall = build.a_room("Great Hall")
    session = build.a_session(cast.edition, room=hall, title_en="Opening plenary", ground_rule="chatham_house")
    build.a_speaker(session, cast.delegate_uk.person)
    build.a_session(cast.edition, "11:30", "12:45", kind="breakout", mandate=cast.group, title_en="Working group")
    release_agenda(edition=cast.edition, by=cast.secretary_nl)
    item = build.an_action_item(cast.edition, lead=cast.nl)
    build.a_task(cast.edition, due_on="2026-01-05")
    structure = build.a_structure(cast.dialogue, audience="public", published_at=build.LONG_AGO)
    round = build.a_progress_round(cast.edition, cast.secretary_nl, status="in_party_review")
    report = build.a_progress_report(round, item)
    secret = with_second_factor(cast.secretary_nl)

    anonymous, focal_point, secretary = (Walker(browser, live_server.url, 1280) for _who in range(3))
    focal_point.sign_in_by_code(cast.focal_point_nl)
    secretary.sign_in_as_staff(cast.secretary_nl, secret)
    pages = {
        anonymous: [
            "/en/",
            "/nl/",
            "/en/dialogues/",
            "/en/dialogues/cast-dialogue/2027/",
            "/en/dialogues/cast-dialogue/2027/agenda/",
            "/en/commitments/",
            "/en/initiatives/",
            f"/nl/structures/{structure.slug}/",
            "/en/sign-in/",
            "/en/sign-in/staff/",
            "/en/none/",
        ],
        focal_point: [
            "/en/my/",
            "/en/dialogues/cast-dialogue/2027/agenda/",
            f"/nl/dialogues/cast-dialogue/2027/agenda/{session.pk}/",
            "/en/action-items/",
            f"/en/action-items/{item.number}/",
            f"/en/action-items/{item.number}/report/",
            "/nl/action-items/dates/",
            "/en/progress/",
            f"/nl/progress/{report.round_id}/",
            f"/en/progress/{report.round_id}/agree/",
        ],
        secretary: [
            "/admin/",
            "/admin/dialogues/edition/",
            f"/admin/dialogues/edition/{cast.edition.pk}/change/",
            "/admin/dialogues/session/add/",
            "/admin/dialogues/preparationtask/",
            "/admin/dialogues/actionitem/add/",
            "/admin/dialogues/actionitem/?standing=open",
            f"/admin/dialogues/progressround/{report.round_id}/change/",
        ],
    }
    found = {}
    for walker, addresses in pages.items():
        for address in addresses:
            for width in (1280, 360):
                walker.page.set_viewport_size({"width": width, "height": 900})
                walker.page.goto(address)
                for scheme, rules in ASKED.items():
                    walker.page.emulate_media(color_scheme=scheme)
                    results = Axe().run(walker.page, options=rules)
                    for violation in results.response["violations"]:
                        nodes = [node["html"] for node in violation["nodes"]][:3]
                        found[f"{address} {width} {scheme} {violation['id']}"] = nodes
        walker.close()
    assert found == {}
