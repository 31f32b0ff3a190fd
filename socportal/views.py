"""Answers that belong to no topic: errors, health, the way to the reader's language."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, Resolver404, reverse, translate_url
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from socportal import clock


def same_page_in_each_language(request: HttpRequest) -> dict[str, object]:
    """For the language switch and hreflang: this page's address in every language; on an error page, the home pages.

    An error page never repeats the path it was asked for (law R1).
    """
    known = getattr(request, "resolver_match", None) is not None and not getattr(request, "is_refused", False)
    path = request.get_full_path() if known else "/"
    pages = []
    for code, name in settings.LANGUAGES:
        address = f"/{code}/"
        if known:
            try:
                address = translate_url(path, code)
            except (NoReverseMatch, Resolver404):
                known = False
        pages.append({"code": code, "name": name, "address": address})
    return {"pages_by_language": pages, "base_url": settings.PUBLIC_BASE_URL, "is_demonstration_site": settings.DEMONSTRATION}


@require_safe
def to_readers_language(request: HttpRequest) -> HttpResponse:
    """`/` leads to `/en/` or `/nl/` by what the browser asks for."""
    language = get_language_from_request(request)[:2]
    response = HttpResponseRedirect(f"/{language if language in dict(settings.LANGUAGES) else 'en'}/")
    response.headers["Vary"] = "Accept-Language"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and no migration is missing; 503 otherwise, without saying why to the outside."""
    try:
        executor = MigrationExecutor(connection)
        ready = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        ready = False
    return HttpResponse("ready\n" if ready else "not ready\n", content_type="text/plain", status=200 if ready else 503)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines leave alone: results of a search, and whatever is behind sign-in. Of a demonstration, everything."""
    if settings.DEMONSTRATION:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        behind = ["/admin/", *(f"/*/{page}/" for page in ("search", "sign-in", "my", "action-items"))]
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in behind), f"Sitemap: {settings.PUBLIC_BASE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. It expires half a year from this day at midnight: kept current by being asked for, alike all day long.

    Where no `SECURITY_CONTACT` (a mailto: or https: address) is set, the privacy notice says whom to tell.
    """
    with override("en"):
        told_there = f"{settings.PUBLIC_BASE_URL}{reverse('privacy')}#contact"
    lines = [
        f"Contact: {settings.SECURITY_CONTACT or told_there}",
        f"Expires: {(clock.today() + timedelta(days=180)).isoformat()}T00:00:00Z",
        "Preferred-Languages: en, nl",
        f"Canonical: {settings.PUBLIC_BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _error(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    request.is_refused = True  # type: ignore[attr-defined]
    return render(request, "error.html", {"title": title, "text": text}, status=status)


def refused(request: HttpRequest, status: int = 400) -> HttpResponse:
    """A request that cannot be understood, answered before a language or a page is known."""
    with override("nl" if request.path_info.startswith("/nl/") else "en"):
        return bad_request(request) if status == 400 else permission_denied(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return _error(
            request,
            413,
            _("This is too large"),
            _("At most 5 MB can be sent at once. Send a smaller file, or divide it; nothing was stored."),
        )
    return _error(
        request,
        400,
        _("This request was not understood"),
        _("Something in the address or the form is not valid. Go back and try again; nothing was changed."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request,
        403,
        _("This is not open to you"),
        _("You are signed in, but this act is not yours. Ask your party’s secretary if you think it should be."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(
        request,
        403,
        _("The form had expired"),
        _("Go back, load the page again and send the form once more. Your browser must accept cookies from this portal."),
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """One answer for what does not exist and for what the reader may not know of (law R1)."""
    return _error(
        request,
        404,
        _("Nothing is here"),
        _("The page does not exist, or it is not open to you. If you should see it, sign in and try again."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _error(
        request,
        500,
        _("The portal failed"),
        _("This is our fault, not yours. What you had saved is kept. Try again in a minute."),
    )
