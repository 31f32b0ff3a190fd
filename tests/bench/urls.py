"""The portal’s addresses, and under `/bench/` the same answers from memory: no record, no template, no rule."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path

from socportal import urls

# What the portal's answer says of itself; all else is put on by the middleware, which both pass.
KEPT = ("Content-Type", "Content-Encoding", "Content-Disposition", "ETag")


@cache
def noted(name: str) -> tuple[bytes, dict[str, str]]:
    folder = Path(os.environ["BENCH_FOLDER"])
    headers: dict[str, Any] = json.loads((folder / f"{name}.json").read_text())
    return (folder / f"{name}.body").read_bytes(), {key: headers[key] for key in KEPT if key in headers}


def bare(request: HttpRequest, name: str) -> HttpResponse:
    body, headers = noted(name)
    return HttpResponse(body, headers=headers)


urlpatterns = [path("bench/<slug:name>", bare), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
