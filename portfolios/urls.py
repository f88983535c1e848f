"""Addresses of the portfolio, the log and the audit desk."""

from django.urls import path

from portfolios.views import (
    audits,
    calibration,
    desk,
    entries,
    evidence,
    log,
    log_table,
    showing,
    verbal,
    workspace,
)

app_name = "portfolios"
ENTRY = "<str:code>/<str:facet>/"
urlpatterns = [
    path("log/", log.log, name="log"),
    path("log/export/", log.export, name="export_log"),
    path("log/import/", log_table.upload, name="import_log"),
    path("log/import/look/", log_table.review, name="review_log"),
    path("log/import/leave/", log_table.put_away, name="put_away_log"),
    path("log/add/", log.add, name="add_session"),
    path("log/<int:pk>/", log.change, name="change_session"),
    path("log/<int:pk>/delete/", log.delete, name="delete_session"),
    path("files/<int:pk>/", evidence.download, name="download"),
    path("files/<int:pk>/look/", evidence.look, name="look"),
    path("files/<int:pk>/pages/<int:page>/", evidence.page, name="page"),
    path("files/<int:pk>/entries/", showing.entries_of, name="show_with"),
    path("files/<int:pk>/remove/", evidence.remove, name="remove"),
    path("<int:pk>/", workspace.workspace, name="workspace"),
    path("<int:pk>/begin/", workspace.begin, name="begin"),
    path(f"<int:pk>/entries/{ENTRY}", entries.entry, name="entry"),
    path(f"<int:pk>/entries/{ENTRY}evidence/", evidence.use, name="use"),
    path("<int:pk>/files/", evidence.files, name="files"),
    path("<int:pk>/files/add/", evidence.add_files, name="add_files"),
    path("<int:pk>/links/", evidence.add_link, name="add_link"),
    path("<int:pk>/send/", workspace.send, name="send"),
    path("<int:pk>/submissions/<int:nth>/", workspace.submission, name="submission"),
    path("<int:pk>/feedback/", workspace.feedback, name="feedback"),
    path("<int:pk>/desk/", desk.desk, name="desk"),
    path("audits/", audits.audits, name="audits"),
    path("sample/", calibration.sample, name="sample"),
    path("sample/<int:place>/", calibration.sample_entry, name="sample_entry"),
    path("sample/finish/", calibration.finish, name="finish_sample"),
    path("<int:pk>/desk/second/", desk.ask_second, name="ask_second"),
    path("<int:pk>/verbal/later/", verbal.later, name="later"),
    path("<int:pk>/desk/begin/", desk.begin, name="begin_audit"),
    path("<int:pk>/desk/close/", desk.close, name="close"),
    path(f"<int:pk>/desk/{ENTRY}", desk.finding, name="finding"),
    path("<int:pk>/verbal/", verbal.desk, name="verbal"),
    path("<int:pk>/verbal/book/", verbal.book, name="book_verbal"),
]
