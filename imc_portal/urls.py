"""Every address of the portal."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from imc_portal import dossier_views, health, trail_views, views

# One door for everybody: the administration's own sign-in knows no second factor and no limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("worklist/", views.worklist, name="worklist"),
    path("cases/<int:pk>/file/", views.case_file, name="case_file"),
    path("cases/<int:pk>/letters/", views.letters, name="case_letters"),
    path("cases/<int:pk>/dossier/", dossier_views.page, name="dossier"),
    path("cases/<int:pk>/dossier/ask/", dossier_views.ask, name="ask_dossier"),
    path("cases/<int:pk>/dossier/state/", dossier_views.state, name="dossier_state"),
    path("cases/<int:pk>/dossier/<slug:part>/", dossier_views.take, name="take_dossier"),
    path("cases/<int:pk>/trail/", trail_views.of_case, name="case_trail"),
    path("trail/", trail_views.whole, name="trail"),
    path("trail/export/<slug:ending>/", trail_views.export, name="export_trail"),
    path("trail/heads/", trail_views.heads, name="trail_heads"),
    path(".well-known/imc-trail.json", trail_views.heads_data, name="trail_heads_data"),
    path("flow/", views.flow, name="flow"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("accounts.urls")),
    path("meetings/", include("meetings.urls")),
    path("", include("credentials.urls")),
    path("directory/", include("directory.urls")),
    path("certificates/", include("certificates.urls")),
    path("frameworks/", include("frameworks.urls")),
    path("cases/", include("applicants.urls")),
    path("self-assessment/", include("assessments.urls")),
    path("portfolio/", include("portfolios.urls")),
    path("verification/", include("verification.urls")),
    path("renewals/", include("renewals.urls")),
    path("", include("appeals.urls")),
    path("programmes/", include("awards.urls")),
    path("a/", include("awards.award_urls")),
    path("administration/", admin.site.urls),
    path("api/v1/", include("register.api.urls")),
    path("", include("register.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("imc_portal.demo_urls")))
