from django.urls import path

from meetings import views

app_name = "meetings"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("<int:pk>/", views.manage, name="manage"),
    path("<int:pk>/move/", views.move, name="move"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/invite.ics", views.ics, name="ics"),
    path("hours/", views.hours, name="hours"),
    path("hours/rules/", views.rules, name="rules"),
    path("hours/days-off/", views.take_day_off, name="take_day_off"),
    path("hours/days-off/<int:pk>/remove/", views.work_that_day, name="work_that_day"),
]
