"""Every address of the portal; `docs/urls.md` says who may open it."""

from allauth.account import views as account
from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, re_path

from dialogues.views import (
    about,
    action_files,
    action_items,
    agenda,
    agenda_files,
    approach,
    calendars,
    closing_screen,
    commitments,
    conclusions,
    delegations,
    demonstration,
    dialogues,
    editions,
    engagements,
    information,
    initiatives,
    news,
    nomination_import,
    nominations,
    offline,
    organisations,
    outcomes,
    own_data,
    own_details,
    paper_files,
    participants,
    progress,
    progress_rounds,
    search,
    sitemap,
    structures,
    working_groups,
)
from dialogues.views import accounts as desk
from parties.views import accounts, second_factors
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
]

sign_in = [
    path("", accounts.request_code, name="account_request_login_code"),
    path("code/", accounts.enter_code, name="account_confirm_login_code"),
    path("desk/", desk.desk, name="desk-code"),
    path("staff/", account.login, name="account_login"),
    path("out/", accounts.sign_out, name="account_logout"),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("account/", accounts.own, name="account"),
    path("sessions/", accounts.sessions, name="usersessions_list"),
    path("password/change/", accounts.change_password, name="account_change_password"),
    path("second-factor/totp/activate/", second_factors.enrol_app, name="mfa_activate_totp"),
    path("second-factor/webauthn/add/", second_factors.enrol_passkey, name="mfa_add_webauthn"),
    path("second-factor/webauthn/login/", second_factors.sign_in_by_passkey, name="mfa_login_webauthn"),
    path("second-factor/webauthn/reauthenticate/", second_factors.give_passkey_again, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", include("allauth.mfa.urls")),
    *closed,
]

edition = [
    path("", editions.edition, name="edition"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/changes/", agenda.changes, name="agenda-changes"),
    path("agenda/<int:session>/", agenda.session, name="session"),
    path("agenda.ics", calendars.agenda, name="agenda-ics"),
    path("agenda.pdf", agenda_files.agenda_pdf, name="agenda-pdf"),
    path("agenda/annotated.pdf", agenda_files.annotated_pdf, name="agenda-annotated"),
    path("conclusions/", conclusions.conclusions, name="conclusions"),
    path("conclusions/adopt/", conclusions.adopt, name="conclusions-adopt"),
    path("conclusions/official-conclusions.pdf", conclusions.conclusions_file, name="conclusions-file"),
    path("information/", information.information, name="information"),
    path("conclusions/screen/", closing_screen.closing_screen, name="closing-screen"),
    path("participants/", participants.participants, name="participants"),
    path("participants/<int:number>/", participants.participants, name="participants-version"),
]

delegation = [
    path("", delegations.index, name="delegations"),
    path("<int:pk>/", delegations.delegation, name="delegation"),
    path("<int:pk>/add/", nominations.add, name="delegation-add"),
    path("<int:pk>/import/", nomination_import.take_in, name="delegation-import"),
    path("<int:pk>/import/<slug:file_type>/", nomination_import.template, name="delegation-import-template"),
    path("<int:pk>/submit/", delegations.submit, name="delegation-submit"),
    path("<int:pk>/confirm/", delegations.reconfirm, name="delegation-reconfirm"),
    path("<int:pk>/order/", delegations.order, name="delegation-order"),
    path("<int:pk>/names/", delegations.names, name="delegation-names"),
    path("<int:pk>/export/", delegations.export, name="delegation-export"),
    path("nominations/<int:nomination>/", nominations.nomination, name="nomination"),
    path("nominations/<int:nomination>/<slug:act>/", nominations.act, name="nomination-act"),
    path("consents/<int:nomination>/", nominations.consent, name="nomination-consent"),
]

progress_reports = [
    path("", progress_rounds.index, name="progress-rounds"),
    path("<int:pk>/", progress_rounds.progress_round, name="progress-round"),
    path("<int:pk>/official-progress.pdf", progress_rounds.report_file, name="progress-report-file"),
    path("<int:pk>/items/<int:item>/view/", progress_rounds.give_view, name="progress-view"),
    path("<int:pk>/agree/", progress_rounds.agree, name="progress-agree"),
    path("<int:pk>/public/", progress_rounds.section, name="progress-section"),
]

urlpatterns = [
    path("", views.to_readers_language),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("robots.txt", views.robots),
    path("sitemap.xml", sitemap.sitemap),
    path(".well-known/security.txt", views.security),
    path("service-worker.js", offline.service_worker, name="service-worker"),
    path("calendar/<str:token>.ics", calendars.feed, name="calendar-feed"),
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
        path("structures/", structures.index, name="structures"),
        path("structures/<slug:slug>/", structures.structure, name="structure"),
        path("commitments/", commitments.commitments, name="commitments"),
        path("commitments/commitments.csv", commitments.commitments_csv, name="commitments-csv"),
        path("initiatives/", initiatives.index, name="initiatives"),
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
        path("action-items/official-action-items.<slug:file_type>", action_files.action_file, name="action-items-file"),
        path("action-items/dates/", progress.dates, name="action-dates"),
        path("action-items/<str:number>/", action_items.action_item, name="action-item"),
        path("action-items/<str:number>/<slug:act>/", progress.act, name="action-item-act"),
        path("action-items/<str:number>/changes/<int:change>/<slug:answer>/", progress.change, name="action-item-change"),
        path("progress/", include(progress_reports)),
        path("delegation/", include(delegation)),
        path("my/", agenda.my, name="my"),
        path("my/calendar/", calendars.calendar, name="calendar"),
        path("my/programme.pdf", agenda_files.my_programme_pdf, name="my-programme-pdf"),
        path("my/programme/kept/", offline.kept, name="my-kept"),
        path("my/papers/", paper_files.papers, name="papers"),
        path("papers/<int:paper>/<slug:lang>/<int:number>/", paper_files.paper_file, name="paper-file"),
        path("my/data/", own_data.own_data, name="my-data"),
        path("my/data/official-own-data.json", own_data.own_data_file, name="my-data-file"),
        path("my/details/<int:registration>/", own_details.own, name="own-details"),
        path("my/details/<int:registration>/withdraw/", own_details.withdraw, name="own-details-withdraw"),
        path("my/reports/", conclusions.reports, name="reports"),
        path("my/reports/<int:session>/", conclusions.report, name="report"),
        path("demonstration/", demonstration.index, name="demonstration"),
        path("sign-in/", include(sign_in)),
    ),
]

handler400 = "socportal.views.bad_request"
handler403 = "socportal.views.permission_denied"
handler404 = "socportal.views.page_not_found"
handler500 = "socportal.views.server_error"
