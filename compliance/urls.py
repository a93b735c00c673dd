"""Routes of this app: the public API, the portal and the pages without a login."""

from django.urls import URLPattern, URLResolver, path

from compliance import bankruptcies, follow_ups, views
from compliance.api import consents, contacts, disputes, gate, holds

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("contact-gate/check", gate.CheckView.as_view()),
    path("contact-gate/evaluate", gate.EvaluateView.as_view()),
    path("rule-packs", gate.RulePacksView.as_view()),
    path("consents", consents.ConsentsView.as_view()),
    path("consents/<str:consent_id>", consents.ConsentView.as_view()),
    path("consents/<str:consent_id>/revoke", consents.RevokeConsentView.as_view()),
    path("email-bases", consents.EmailBasesView.as_view()),
    path("email-bases/<str:basis_id>/end", consents.EndEmailBasisView.as_view()),
    path("opt-outs", consents.OptOutsView.as_view()),
    path("disputes", disputes.DisputesView.as_view()),
    path("disputes/<str:dispute_id>", disputes.DisputeView.as_view()),
    path("disputes/<str:dispute_id>/resolve", disputes.ResolveDisputeView.as_view()),
    path("bankruptcies", holds.BankruptciesView.as_view()),
    path("bankruptcies/<str:bankruptcy_id>", holds.BankruptcyView.as_view()),
    path("bankruptcies/<str:bankruptcy_id>/confirm", holds.ConfirmBankruptcyView.as_view()),
    path("bankruptcies/<str:bankruptcy_id>/dismiss", holds.DismissBankruptcyView.as_view()),
    path("accounts/<str:account_id>/bankruptcies", holds.AccountBankruptciesView.as_view()),
    path("accounts/<str:account_id>/disputes", disputes.AccountDisputesView.as_view()),
    path("accounts/<str:account_id>/holds", holds.HoldsView.as_view()),
    path("accounts/<str:account_id>/holds/<str:hold_id>/release", holds.ReleaseHoldView.as_view()),
    path("accounts/<str:account_id>/notices", contacts.NoticesView.as_view()),
    path("accounts/<str:account_id>/notices/<str:notice_id>/pdf", contacts.NoticePdfView.as_view()),
    path("accounts/<str:account_id>/contacts", contacts.ContactsView.as_view()),
    path("accounts/<str:account_id>/next-contact", contacts.NextContactView.as_view()),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("disputes", views.DisputesPage.as_view(), name="disputes"),
    path("disputes/<str:dispute_id>/resolve", views.ResolveView.as_view(), name="dispute-resolve"),
    path("follow-ups", follow_ups.FollowUpsPage.as_view(), name="follow-ups"),
    path("follow-ups/<str:call_back_id>/called", follow_ups.CalledBackView.as_view(), name="called-back"),
    path("follow-ups/<str:attorney_id>/lawyer", follow_ups.AttorneyView.as_view(), name="name-attorney"),
    path("bankruptcies", bankruptcies.BankruptciesPage.as_view(), name="bankruptcies"),
    path("bankruptcies/<str:bankruptcy_id>/confirm", bankruptcies.ConfirmView.as_view(), name="bankruptcy-confirm"),
    path("bankruptcies/<str:bankruptcy_id>/dismiss", bankruptcies.DismissView.as_view(), name="bankruptcy-dismiss"),
    path("accounts/<str:account_id>/bankruptcy", bankruptcies.ReportView.as_view(), name="account-bankruptcy"),
    path("accounts/<str:account_id>/dispute", views.DisputeFormView.as_view(), name="account-dispute"),
    path("accounts/<str:account_id>/stop", views.StopView.as_view(), name="account-stop"),
    path("accounts/<str:account_id>/consent", views.ConsentView.as_view(), name="account-consent"),
    path("accounts/<str:account_id>/email-basis", views.EmailBasisView.as_view(), name="account-email-basis"),
]
public_urlpatterns: list[URLPattern | URLResolver] = []
