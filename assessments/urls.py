"""Pages of this app."""

from django.urls import path

from assessments.views import account, audit, drafts, imports, methods, public, retractions, simulate

urlpatterns = [
    path("", public.home, name="home"),
    path("roles/", public.role_list, name="role_list"),
    path("roles/<slug:slug>.json", public.role_json, name="role_json"),
    path("roles/<slug:slug>.txt", public.role_text, name="role_text"),
    path("roles/<slug:slug>/", public.role_profile, name="role_profile"),
    path("roles/<slug:slug>/v<int:number>/", public.role_version, name="role_version"),
    path("roles/<slug:slug>/v<int:number>/retract/", retractions.propose, name="retract"),
    path("retractions/", retractions.retractions, name="retractions"),
    path("retractions/<int:id>/<slug:verb>/", retractions.close, name="close_retraction"),
    path("roles/<slug:slug>/history/", public.role_history, name="role_history"),
    path("methodology/", methods.methodology, name="methodology"),
    path("methodology/new/", methods.new, name="method_new"),
    path("methodology/<str:version>/", methods.methodology, name="methodology_version"),
    path("methodology/<str:version>/changes/", methods.changes, name="method_changes"),
    path("methodology/<str:version>/dry-run/", methods.dry_run, name="method_dry_run"),
    path("methodology/<str:version>/dry-run.json", methods.dry_run_json, name="method_dry_run_json"),
    path("methodology/<str:version>/dry-run.csv", methods.dry_run_csv, name="method_dry_run_csv"),
    path("methodology/<str:version>/edit/", methods.edit, name="method_edit"),
    path("methodology/<str:version>/approve/", methods.approve, name="method_approve"),
    path("methodology/<str:version>/abandon/", methods.abandon, name="method_abandon"),
    path("desk/import/", imports.import_documents, name="import_documents"),
    path("simulate/", simulate.simulate, name="simulate"),
    path("drafts/new/", drafts.new_draft, name="new_draft"),
    path("drafts/figures/", drafts.figures, name="draft_figures"),
    path("drafts/<int:id>/", drafts.draft, name="draft"),
    path("drafts/<int:id>/move/", drafts.move, name="move_draft"),
    path("drafts/<int:id>/withdraw/", drafts.withdraw, name="withdraw_draft"),
    path("audit/", audit.audit_log, name="audit_log"),
    path("account/", account.account, name="account"),
    path("account/tokens/<int:id>/revoke/", account.revoke, name="revoke_token"),
]
