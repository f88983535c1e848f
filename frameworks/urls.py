"""Addresses of editions: what everybody reads, and what administrators keep."""

from django.urls import path

from frameworks.views import lives, reading, tables, words

app_name = "frameworks"
EDITION = "<slug:key>/<str:label>/"
urlpatterns = [
    path("", reading.index, name="index"),
    path("approaches/", reading.approaches, name="approaches"),
    path("approaches/<slug:key>/reflect/", reading.reflect, name="reflect"),
    path("editions/", lives.editions, name="editions"),
    path("<slug:key>/draft/", lives.draft, name="draft"),
    path("<slug:key>/compare/", lives.compare, name="compare"),
    path(EDITION, reading.edition, name="edition"),
    path(f"{EDITION}work/", lives.work, name="work"),
    path(f"{EDITION}publish/", lives.publish, name="publish"),
    path(f"{EDITION}retire/", lives.retire, name="retire"),
    path(f"{EDITION}discard/", lives.discard, name="discard"),
    path(f"{EDITION}statements/<str:code>/", words.statement, name="statement"),
    path(f"{EDITION}statements/<str:code>/remove/", words.remove_statement, name="drop_statement"),
    path(f"{EDITION}add-statement/", words.statement, name="add_statement"),
    path(f"{EDITION}areas/<str:code>/", words.area, name="area"),
    path(f"{EDITION}areas/<str:code>/remove/", words.remove_area, name="drop_area"),
    path(f"{EDITION}add-area/", words.area, name="add_area"),
    path(f"{EDITION}import/", tables.upload, name="import"),
    path(f"{EDITION}import/<int:pk>/", tables.review, name="review"),
    path(f"{EDITION}import/<int:pk>/put-away/", tables.put_away, name="put_away"),
    path(f"{EDITION}export/<str:kind>.<str:ending>", tables.export, name="export"),
]
