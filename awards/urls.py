from django.urls import path

from awards.views import bids, deciding, desk, programmes

app_name = "awards"
urlpatterns = [
    path("", programmes.index, name="index"),
    path("new/", programmes.found, name="found"),
    path("awarded/", deciding.listed, name="listed"),
    path("awarded/<uuid:award>/", deciding.award, name="award"),
    path("invitations/<uuid:invite>/", programmes.invitation, name="invitation"),
    path("<int:pk>/", programmes.programme, name="programme"),
    path("<int:pk>/profile/", programmes.profile, name="profile"),
    path("<int:pk>/begin/", programmes.begin, name="begin"),
    path("<int:pk>/invite/", programmes.invite, name="invite"),
    path("<int:pk>/invitations/<int:piece>/", programmes.take_back, name="take_back"),
    path("<int:pk>/members/<int:piece>/", programmes.leave, name="leave"),
    path("<int:pk>/helpers/", programmes.name_helper, name="name_helper"),
    path("bids/<int:pk>/", bids.workspace, name="workspace"),
    path("bids/<int:pk>/criteria/<str:criterion>/", bids.criterion, name="criterion"),
    path(
        "bids/<int:pk>/criteria/<str:criterion>/evidence/", bids.add_evidence, name="add_evidence"
    ),
    path("bids/<int:pk>/evidence/<int:piece>/", bids.remove_evidence, name="remove_evidence"),
    path("bids/<int:pk>/send/", bids.send, name="send"),
    path("bids/<int:pk>/withdraw/", bids.withdraw, name="withdraw"),
    path("bids/<int:pk>/report/", bids.report, name="report"),
    path("bids/<int:pk>/assessors/", desk.assessors, name="assessors"),
    path("bids/<int:pk>/declare/", desk.declare, name="declare"),
    path("bids/<int:pk>/desk/", desk.desk, name="desk"),
    path("bids/<int:pk>/desk/begin/", desk.begin, name="begin_sheet"),
    path("bids/<int:pk>/desk/finish/", desk.finish, name="finish"),
    path("bids/<int:pk>/desk/<str:criterion>/", desk.score, name="score"),
    path("bids/<int:pk>/interviews/", desk.interviews, name="interviews"),
    path("bids/<int:pk>/interviews/close/", desk.close_interviews, name="close_interviews"),
    path("bids/<int:pk>/check/", desk.check, name="check"),
    path("bids/<int:pk>/decide/", deciding.decide, name="decide"),
    path("bids/<int:pk>/take/", deciding.take, name="take"),
]
