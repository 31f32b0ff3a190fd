"""A person at a browser: signs in as their account does, and notices every complaint of the console."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from playwright.sync_api import Browser, Page

PASSWORD = "correct horse battery staple"


def with_second_factor(user: Any) -> str:
    """Give a staff account its password and an authenticator; the secret comes back for reading codes."""
    user.set_password(PASSWORD)
    user.save()
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    return secret


def totp_code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


class Walker:
    def __init__(self, browser: Browser, base_url: str, width: int, *, scheme: str = "light") -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-GB", base_url=base_url, color_scheme=scheme
        )
        self.context.set_default_timeout(10_000)
        self.complaints: list[str] = []
        self.page = self.watched(self.context.new_page())

    def watched(self, page: Page) -> Page:
        page.on(
            "console",
            lambda message: (
                self.complaints.append(f"{message.text} {message.location.get('url', '')}") if message.type == "error" else None
            ),
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def sign_in_as_staff(self, user: Any, secret: str) -> None:
        self.page.goto("/admin/")
        self.page.get_by_label("E-mail address").fill(user.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.locator("#id_code").fill(totp_code(secret))
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/admin/")

    def sign_in_by_code(self, user: Any) -> None:
        mail.outbox.clear()
        self.page.goto("/en/sign-in/")
        self.page.get_by_label("Official e-mail address").fill(user.email)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.locator("#id_code").wait_for()
        for _attempt in range(50):
            if mail.outbox:
                break
            time.sleep(0.1)
        (message,) = mail.outbox
        assert user.email not in message.subject
        code = re.search(r"\b([A-Z0-9]{4}-[A-Z0-9]{4})\b", message.body)
        assert code, message.body
        self.page.locator("#id_code").fill(code[1])
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(re.compile(r"/my/|/second-factor/"))
        if "/second-factor/" in self.page.url:
            self.give_second_factor(user)
        self.page.wait_for_url("**/my/**")

    def give_second_factor(self, user: Any) -> None:
        """From the app that the account has; the first time, set one up as the page asks."""
        enrolled = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        if enrolled is None:
            self.page.goto("/en/sign-in/second-factor/totp/activate/")
            secret = self.page.locator("dl.facts code").inner_text()
        else:
            secret = enrolled.data["secret"]
        self.page.locator("#id_code").fill(totp_code(secret))
        self.page.locator("main form button[type=submit]").first.click()
        if enrolled is None:
            self.page.get_by_role("link", name="Go on").click()

    def choose(self, field: str, words: str) -> None:
        """Pick a row in one of the admin's searching fields."""
        self.page.locator(f"#id_{field} + .select2 .select2-selection").click()
        self.page.locator(".select2-search__field").last.fill(words)
        self.page.locator(".select2-results__option", has_text=words).first.click()

    def save_and_stay(self) -> None:
        with self.page.expect_navigation():
            self.page.locator("input[name=_continue]").click()
        errors = self.page.locator(".errornote, .errorlist")
        assert errors.count() == 0, errors.all_inner_texts()

    def take_step(self, verb: str) -> None:
        self.page.get_by_role("link", name=verb, exact=True).click()
        self.page.locator("form.question button[type=submit]").click()

    def come_to_rest(self) -> None:
        """Everything the page asks for has arrived. Before a test moves the clock: a session may end by it."""
        self.page.wait_for_load_state("networkidle")

    def close(self) -> None:
        self.context.close()
