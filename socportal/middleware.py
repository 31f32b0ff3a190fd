"""What holds for every request, before and after any page."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from .views import refused

Answer = Callable[[HttpRequest], HttpResponse]


class RefuseNonsense:
    """Answer 400 to a request that no browser form of ours can make: a NUL byte in the address, or bytes that are no text.

    PostgreSQL refuses NUL bytes where SQLite takes them; stopping them here keeps both databases alike (law R2).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = unquote_to_bytes(request.META.get("QUERY_STRING", "")) + request.path_info.encode("utf-8", "surrogateescape")
        if b"\0" in address:
            return refused(request)
        try:
            address.decode("utf-8")
        except UnicodeDecodeError:
            return refused(request)
        return self.get_response(request)


class LoopbackOnly:
    """A demonstration signs anybody in with one press, so it answers this machine alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("REMOTE_ADDR") or "127.0.0.1"
        if not ip_address(address).is_loopback:
            return refused(request, status=403)
        return self.get_response(request)


class KeepOutOfCaches:
    """Whoever sends a session cookie gets an answer that nobody keeps; everybody else's may be kept if asked after again."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Cache-Control"):
            return response
        if settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            patch_cache_control(response, no_store=True, private=True)
        else:
            patch_cache_control(response, no_cache=True)
        return response
