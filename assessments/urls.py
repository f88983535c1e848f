"""Addresses of the self-assessment. Every number is the case's: it has one self-assessment."""

from django.urls import path

from assessments.views import rating, results, trying

app_name = "assessments"
urlpatterns = [
    path("try/<slug:slug>/", trying.try_it, name="try_it"),
    path("try/<slug:slug>/area/<str:area>/", trying.try_area, name="try_area"),
    path("try/<slug:slug>/result/", trying.try_result, name="try_result"),
    path("<int:pk>/", rating.start, name="start"),
    path("<int:pk>/take-along/", rating.take_along, name="take_along"),
    path("<int:pk>/save/", rating.save, name="save"),
    path("<int:pk>/send/", rating.send, name="send"),
    path("<int:pk>/reminders/", rating.reminders, name="reminders"),
    path("<int:pk>/area/<str:code>/", rating.area, name="area"),
    path("<int:pk>/result/", results.result, name="result"),
    path("<int:pk>/report/", results.report, name="report"),
    path("<int:pk>/report/state/", results.report_state, name="report_state"),
    path("<int:pk>/report.pdf", results.report_pdf, name="report_pdf"),
    path("<int:pk>/answers.csv", results.answers, name="answers"),
    path("<int:pk>/summary/", results.summary, name="summary"),
]
