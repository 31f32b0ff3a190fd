"""News: the list, one item with the text it was read from, and the feeds for those who do not want to look every day."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from dialogues.exports import news as exports
from dialogues.exports.atom import Feed
from dialogues.models import NewsItem
from parties.models import Citation
from parties.views.sources import SourceList
from socportal import clock

from .publication import Corrections, frame

ITEMS_A_PAGE = 30


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    news = NewsItem.objects.visible_to(user, clock.now()).select_related("dialogue").order_by("-dated_on", "-id")
    page = Paginator(news, ITEMS_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "count": page.paginator.count, "address_of_page": "?page=", "base": frame(user)}
    return render(request, "dialogues/news/index.html", context)


@require_safe
def news_item(request: HttpRequest, slug: str) -> HttpResponse:
    at = clock.now()
    user: Any = request.user
    item = (
        NewsItem.objects.visible_to(user, at)
        .filter(slug=slug)
        .select_related("dialogue", "edition__dialogue", "source")
        .first()
    )
    if item is None:
        raise Http404
    sources = SourceList(Citation.objects.of(item))
    context = {
        "item": item,
        "dialogue": item.dialogue,
        "paragraphs": exports.paragraphs(item.body),
        "reading": sources.reading(item, "title", "lead", "body", "dated_on", also=item.source),
        "main_text": item.body if item.body.is_borrowed else item.title,
        "corrections": Corrections.made_to(item).to(item),
        "sources": sources,
        "summary": Truncator(exports.summary_of(item)).chars(300),
        "base": frame(user),
    }
    return render(request, "dialogues/news/news_item.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exports.news_feed(clock.now()), content_type=Feed.content_type)


@require_safe
def outcomes_feed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(exports.outcomes_feed(clock.now()), content_type=Feed.content_type)
