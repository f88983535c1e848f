from django.urls import path

from meetings.views import calendar, feed, meetings

app_name = "meetings"
urlpatterns = [
    path("", meetings.mine, name="mine"),
    path("<int:pk>/", meetings.manage, name="manage"),
    path("<int:pk>/move/", meetings.move, name="move"),
    path("<int:pk>/cancel/", meetings.cancel, name="cancel"),
    path("<int:pk>/end/", meetings.end, name="end"),
    path("<int:pk>/host-absent/", meetings.report_absence, name="report_absence"),
    path("<int:pk>/hand-over/", meetings.hand_over, name="hand_over"),
    path("<int:pk>/note/", meetings.share_note, name="share_note"),
    path("<int:pk>/private-note/", meetings.keep_note, name="keep_note"),
    path("<int:pk>/invite.ics", meetings.ics, name="ics"),
    path("day/", calendar.day, name="day"),
    path("workload/", calendar.workload, name="workload"),
    path("hours/", calendar.hours, name="hours"),
    path("hours/rules/", calendar.rules, name="rules"),
    path("hours/days-off/", calendar.take_days_off, name="take_days_off"),
    path("hours/days-off/remove/", calendar.work_again, name="work_again"),
    path("hours/that-day/", calendar.open_that_day, name="open_that_day"),
    path("hours/that-day/<int:pk>/remove/", calendar.drop_day_hours, name="drop_day_hours"),
    path("feed/", feed.feed, name="feed"),
    path("feed/make/", feed.make_feed, name="make_feed"),
    path("feed/revoke/", feed.revoke_feed, name="revoke_feed"),
    path("feed/<str:secret>.ics", feed.read_feed, name="read_feed"),
]
