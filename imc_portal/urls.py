"""Every address of the portal."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from imc_portal import health, views

# One door for everybody: the administration's own sign-in knows no second factor and no limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("worklist/", views.worklist, name="worklist"),
    path("cases/<int:pk>/file/", views.case_file, name="case_file"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("accounts.urls")),
    path("meetings/", include("meetings.urls")),
    path("", include("credentials.urls")),
    path("certificates/", include("certificates.urls")),
    path("frameworks/", include("frameworks.urls")),
    path("cases/", include("applicants.urls")),
    path("self-assessment/", include("assessments.urls")),
    path("portfolio/", include("portfolios.urls")),
    path("verification/", include("verification.urls")),
    path("appeals/", include("appeals.urls")),
    path("administration/", admin.site.urls),
    path("", include("register.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("imc_portal.demo_urls")))
