"""Pages of this app."""

from django.urls import path

from assessments.views import account, audit, drafts, public

urlpatterns = [
    path("", public.home, name="home"),
    path("roles/", public.role_list, name="role_list"),
    path("roles/<slug:slug>.json", public.role_json, name="role_json"),
    path("roles/<slug:slug>.txt", public.role_text, name="role_text"),
    path("roles/<slug:slug>/", public.role_profile, name="role_profile"),
    path("roles/<slug:slug>/v<int:number>/", public.role_version, name="role_version"),
    path("roles/<slug:slug>/history/", public.role_history, name="role_history"),
    path("methodology/", public.methodology, name="methodology"),
    path("methodology/<str:version>/", public.methodology, name="methodology_version"),
    path("drafts/new/", drafts.new_draft, name="new_draft"),
    path("drafts/figures/", drafts.figures, name="draft_figures"),
    path("drafts/<int:id>/", drafts.draft, name="draft"),
    path("drafts/<int:id>/withdraw/", drafts.withdraw, name="withdraw_draft"),
    path("audit/", audit.audit_log, name="audit_log"),
    path("account/", account.account, name="account"),
    path("account/tokens/<int:id>/revoke/", account.revoke, name="revoke_token"),
]
