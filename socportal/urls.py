"""Every address of the portal; `docs/urls.md` says who may open it."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from dialogues.views import (
    about,
    action_items,
    agenda,
    approach,
    demonstration,
    dialogues,
    editions,
    engagements,
    news,
    organisations,
    outcomes,
    progress,
    search,
    sitemap,
    working_groups,
)
from parties.views import accounts
from socportal import views

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Doors of the sign-in library that stay shut; named, because its own pages link to them.
closed = [
    path("signup/", accounts.closed, name="account_signup"),
    path("email/", accounts.closed, name="account_email"),
    path("confirm-email/", accounts.closed, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", accounts.closed, name="account_confirm_email"),
    path("password/reset/", accounts.closed, name="account_reset_password"),
    path("password/reset/done/", accounts.closed, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        accounts.closed,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", accounts.closed, name="account_reset_password_from_key_done"),
    path("password/set/", accounts.closed, name="account_set_password"),
    path("password/change/", accounts.closed, name="account_change_password"),
]

sign_in = [
    path("", account.request_login_code, name="account_request_login_code"),
    path("code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("staff/", account.login, name="account_login"),
    path("out/", account.logout, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("second-factor/", include("allauth.mfa.urls")),
    *closed,
]

edition = [
    path("", editions.edition, name="edition"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/<int:session>/", agenda.session, name="session"),
]

urlpatterns = [
    path("", views.to_readers_language),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemap.sitemap),
    path(".well-known/security.txt", views.security),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("", dialogues.home, name="home"),
        path("dialogues/", dialogues.index, name="dialogues"),
        path("dialogues/editions.json", editions.as_json, name="editions-json"),
        path("dialogues/<slug:dialogue>/", dialogues.dialogue, name="dialogue"),
        path("dialogues/<slug:dialogue>/latest/", editions.latest, name="edition-latest"),
        path("dialogues/<slug:dialogue>/<int:year>/", include(edition)),
        path("working-groups/", working_groups.index, name="working-groups"),
        path("working-groups/<slug:slug>/", working_groups.working_group, name="working-group"),
        path("commitments/", outcomes.commitments, name="commitments"),
        path("commitments/commitments.csv", outcomes.commitments_csv, name="commitments-csv"),
        path("engagements/", engagements.index, name="engagements"),
        path("outcomes/", outcomes.index, name="outcomes"),
        path("outcomes/feed.atom", news.outcomes_feed, name="outcomes-feed"),
        path("outcomes/<slug:slug>/", outcomes.outcome, name="outcome"),
        path("news/", news.index, name="news"),
        path("news/feed.atom", news.feed, name="news-feed"),
        path("news/<slug:slug>/", news.news_item, name="news-item"),
        path("organisations/", organisations.index, name="organisations"),
        path("search/", search.search, name="search"),
        path("approach/", approach.approach, name="approach"),
        path("accessibility/", about.accessibility, name="accessibility"),
        path("privacy/", about.privacy, name="privacy"),
        path("action-items/", action_items.index, name="action-items"),
        path("action-items/<str:number>/", action_items.action_item, name="action-item"),
        path("action-items/<str:number>/<slug:act>/", progress.act, name="action-item-act"),
        path("my/", agenda.my, name="my"),
        path("demonstration/", demonstration.index, name="demonstration"),
        path("sign-in/", include(sign_in)),
    ),
]

handler400 = "socportal.views.bad_request"
handler403 = "socportal.views.permission_denied"
handler404 = "socportal.views.page_not_found"
handler500 = "socportal.views.server_error"
