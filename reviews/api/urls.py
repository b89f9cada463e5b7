"""API addresses that act on a review, or on what is said and known beside one."""

from django.urls import path

from reviews.api import beside, deciding

urlpatterns = [
    path("assessments/<int:id>/moves/", deciding.Moves.as_view()),
    path("assessments/<int:id>/submit/", deciding.Submit.as_view()),
    path("assessments/<int:id>/recall/", deciding.Recall.as_view()),
    path("assessments/<int:id>/verdicts/", deciding.Verdicts.as_view()),
    path("assessments/<int:id>/reaffirm/", deciding.Reaffirm.as_view()),
    path("assessments/<int:id>/comments/", beside.Comments.as_view()),
    path("assessments/<int:id>/timeline/", beside.Timeline.as_view()),
    path("assessments/<int:id>/diff/", beside.DiffDetail.as_view()),
    path("assessments/<int:id>/impact/", beside.ImpactDetail.as_view()),
    path("comments/<int:id>/resolve/", beside.Resolve.as_view()),
    path("comments/<int:id>/reopen/", beside.Reopen.as_view()),
    path("reviews/", deciding.Queue.as_view()),
]
