"""Addresses of the self-assessment. Every number is the case's: it has one self-assessment."""

from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("<int:pk>/", views.start, name="start"),
    path("<int:pk>/save/", views.save, name="save"),
    path("<int:pk>/send/", views.send, name="send"),
    path("<int:pk>/result/", views.result, name="result"),
    path("<int:pk>/summary/", views.summary, name="summary"),
    path("<int:pk>/reminders/", views.reminders, name="reminders"),
    path("<int:pk>/area/<str:code>/", views.area, name="area"),
]
