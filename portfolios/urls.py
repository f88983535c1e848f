"""Addresses of the portfolio, the log and the audit desk."""

from django.urls import path

from portfolios.views import desk, entries, evidence, log, verbal, workspace

app_name = "portfolios"
ENTRY = "<str:code>/<str:facet>/"
urlpatterns = [
    path("log/", log.log, name="log"),
    path("log/add/", log.add, name="add_session"),
    path("log/<int:pk>/", log.change, name="change_session"),
    path("log/<int:pk>/delete/", log.delete, name="delete_session"),
    path("files/<int:pk>/", evidence.download, name="download"),
    path("files/<int:pk>/remove/", evidence.remove, name="remove"),
    path("<int:pk>/", workspace.workspace, name="workspace"),
    path("<int:pk>/begin/", workspace.begin, name="begin"),
    path(f"<int:pk>/entries/{ENTRY}", entries.entry, name="entry"),
    path(f"<int:pk>/entries/{ENTRY}evidence/", evidence.use, name="use"),
    path("<int:pk>/files/", evidence.add_files, name="add_files"),
    path("<int:pk>/links/", evidence.add_link, name="add_link"),
    path("<int:pk>/send/", workspace.send, name="send"),
    path("<int:pk>/feedback/", workspace.feedback, name="feedback"),
    path("<int:pk>/desk/", desk.desk, name="desk"),
    path("<int:pk>/desk/begin/", desk.begin, name="begin_audit"),
    path("<int:pk>/desk/close/", desk.close, name="close"),
    path(f"<int:pk>/desk/{ENTRY}", desk.finding, name="finding"),
    path("<int:pk>/verbal/", verbal.desk, name="verbal"),
    path("<int:pk>/verbal/book/", verbal.book, name="book_verbal"),
]
