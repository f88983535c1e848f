from django.urls import path

from applicants.views import assigning, cases, choosing, deciding, independence, intake, planning

app_name = "applicants"
urlpatterns = [
    path("choose/", choosing.choose, name="choose"),
    path("begin/<slug:slug>/", choosing.begin, name="begin"),
    path("renew/<str:number>/", choosing.renew, name="renew"),
    path("relations/", independence.relations, name="relations"),
    path("relations/teaching/", independence.teach, name="teach"),
    path("relations/interest/", independence.interest, name="interest"),
    path("interviews/<int:pk>/", intake.interview, name="interview"),
    path("interviews/<int:pk>/missed/", intake.missed, name="missed"),
    path("<int:pk>/", cases.case, name="case"),
    path("<int:pk>/withdraw/", cases.withdraw, name="withdraw"),
    path("<int:pk>/resume/", cases.resume, name="resume"),
    path("<int:pk>/reminders/", cases.reminders, name="reminders"),
    path("<int:pk>/book/", intake.book, name="book"),
    path("<int:pk>/talk/", intake.talk, name="talk"),
    path("<int:pk>/plan/", planning.plan, name="plan"),
    path("<int:pk>/plan/change/", planning.amend, name="amend"),
    path("<int:pk>/plan/sign/", planning.sign, name="sign"),
    path("<int:pk>/plan/check/", planning.check, name="check"),
    path("<int:pk>/plan/<int:item>/", planning.tick, name="tick"),
    path("<int:pk>/declare/", independence.declare, name="declare"),
    path("<int:pk>/assign/", assigning.assign, name="assign"),
    path("<int:pk>/take/", deciding.take, name="take"),
    path("<int:pk>/decide/", deciding.decide, name="decide"),
    path("<int:pk>/decision/", deciding.decision, name="decision"),
]
