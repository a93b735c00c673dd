"""Routes of this room: the public API, the portal and the vendors' callbacks."""

from django.urls import URLPattern, URLResolver, path

from messaging import api, hooks, letters, views

api_urlpatterns: list[URLPattern | URLResolver] = [
    path("emails", api.Emails.as_view(), name="emails"),
    path("emails/<str:email_id>", api.Email.as_view(), name="email"),
    path("email-templates", api.Templates.as_view(), name="email-templates"),
    path("email-templates/<str:template_id>/preview", api.TemplatePreview.as_view(), name="email-template-preview"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("emails", views.EmailList.as_view(), name="emails"),
    path("emails/<str:email_id>", views.EmailPage.as_view(), name="email"),
    path("letters", letters.Letters.as_view(), name="letters"),
    path("letters/<str:letter_id>/pdf", letters.LetterPdf.as_view(), name="letter-pdf"),
]
public_urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/email/postmark/<str:token>", hooks.PostmarkHook.as_view(), name="hook-mail"),
    path("hooks/print/<str:token>", hooks.PrintHook.as_view(), name="hook-print"),
]
