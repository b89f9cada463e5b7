"""Addresses under `/api/v1/` that this app serves."""

from django.urls import path

from assessments.api import (
    background,
    claims,
    methods,
    public,
    relations,
    retractions,
    schemes,
    suggestions,
    working,
)

__all__ = ["schemes", "urlpatterns"]

urlpatterns = [
    path("roles/", public.Roles.as_view()),
    path("roles/<slug:slug>/", public.RoleDetail.as_view()),
    path("roles/<slug:slug>/assessments/", public.RoleVersions.as_view()),
    path("roles/<slug:slug>/assessments/<int:number>/", public.RoleVersion.as_view(), name="api_role_version"),
    path("roles/<slug:slug>/assessments/<int:number>/explanation/", public.VersionExplanation.as_view()),
    path("roles/<slug:slug>/peers/", public.RolePeers.as_view(), name="api_role_peers"),
    path("roles/<slug:slug>/relations/", relations.Relations.as_view()),
    path("roles/<slug:slug>/suggestions/", suggestions.Suggestions.as_view()),
    path("roles/<slug:slug>/suggestions/accept/", suggestions.AcceptSuggestion.as_view()),
    path("roles/<slug:slug>/suggestions/dismiss/", suggestions.DismissSuggestion.as_view()),
    path("relations/<int:id>/remove/", relations.RelationRemoval.as_view()),
    path("score/", public.Score.as_view()),
    path("methodologies/", methods.Methodologies.as_view()),
    path("methodologies/<str:version>/", methods.MethodologyDetail.as_view()),
    path("methodologies/<str:version>/differences/", methods.Differences.as_view()),
    path("methodologies/<str:version>/dry-run/", methods.DryRun.as_view()),
    path("assessments/", working.Assessments.as_view()),
    path("assessments/<int:id>/", working.AssessmentDetail.as_view()),
    path("assessments/<int:id>/explanation/", working.Explanation.as_view()),
    path("assessments/<int:id>/withdraw/", working.Withdraw.as_view()),
    path("assessments/<int:id>/revise/", working.Revise.as_view()),
    path("assessments/<int:id>/retraction/", retractions.Propose.as_view()),
    path("retractions/", retractions.Retractions.as_view()),
    path("retractions/<int:id>/confirm/", retractions.Confirm.as_view()),
    path("retractions/<int:id>/withdraw/", retractions.Withdraw.as_view()),
    path("claims/", claims.Claims.as_view()),
    path("claims/<int:id>/withdraw/", claims.Withdraw.as_view()),
    path("claims/<int:id>/accept/", claims.Accept.as_view()),
    path("claims/<int:id>/reassign/", claims.Reassign.as_view()),
    path("audit/events/", working.Events.as_view()),
    path("outbox/", background.Outbox.as_view()),
    path("outbox/<int:id>/retry/", background.RetryMessage.as_view()),
]
