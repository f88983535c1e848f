from django.urls import path

from certificates.views import batches, life, own, wallet

app_name = "certificates"
urlpatterns = [
    path("", wallet.wallet, name="wallet"),
    path("catalogue/", wallet.catalogue, name="catalogue"),
    path("records/", life.records, name="records"),
    path("records/<str:number>/", life.record, name="record"),
    path("records/<str:number>/propose/<slug:deed>/", life.propose, name="propose"),
    path("name-requests/<int:pk>/decline/", life.decline_name, name="decline_name"),
    path("proposals/<int:pk>/", life.proposal, name="proposal"),
    path("proposals/<int:pk>/confirm/", life.confirm, name="confirm"),
    path("proposals/<int:pk>/refuse/", life.refuse, name="refuse"),
    path("proposals/<int:pk>/take-back/", life.take_back, name="take_back"),
    path("batches/", batches.batches, name="batches"),
    path("batches/new/<slug:kind>/", batches.order_batch, name="order_batch"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/state/", batches.batch_state, name="batch_state"),
    path("batches/<int:pk>/cancel/", batches.cancel_batch, name="cancel_batch"),
    path("batches/<int:pk>/take/", batches.take_export, name="take_export"),
    path("batches/rows/<int:pk>/retry/", batches.retry_row, name="retry_row"),
    path("signers/", wallet.signers, name="signers"),
    path("signers/<slug:fingerprint>.pem", wallet.signer, name="signer"),
    path("<str:number>/", wallet.certificate, name="certificate"),
    path("<str:number>/visibility/", wallet.show, name="show"),
    path("<str:number>/terms/", own.agree, name="agree"),
    path("<str:number>/name/", own.name, name="name"),
    path("<str:number>/give-back/", own.give_back, name="give_back"),
    path("<str:number>/files/", wallet.files, name="files"),
    path("<str:number>/<slug:paper>.pdf", wallet.download, name="download"),
]
