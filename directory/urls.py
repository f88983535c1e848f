from django.urls import path

from directory.views import own, public, staff

app_name = "directory"
urlpatterns = [
    path("", public.index, name="index"),
    path("mine/", own.mine, name="mine"),
    path("mine/preview/", own.preview, name="preview"),
    path("mine/leave/", own.leave, name="leave"),
    path("letters/<int:pk>/", own.letter, name="letter"),
    path("letters/<int:pk>/report/", own.report, name="report"),
    path("letters/<int:pk>/block/", own.block, name="block"),
    path("letters/<int:pk>/stop/", own.stop, name="stop"),
    path("reports/", staff.reports, name="reports"),
    path("reports/<int:pk>/settle/", staff.settle, name="settle"),
    path("confirm/<slug:key>/", public.confirm, name="confirm"),
    path("<slug:public_id>/", public.entry, name="entry"),
    path("<slug:public_id>/write/", public.write, name="write"),
    path("<slug:public_id>/sent/", public.sent, name="sent"),
]
