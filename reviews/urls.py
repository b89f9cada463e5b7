"""Pages of this app."""

from django.urls import path

from reviews import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("reviews/", views.review_queue, name="review_queue"),
    path("reviews/<int:id>/", views.review, name="review"),
    path("drafts/<int:id>/submit/", views.submit_draft, name="submit_draft"),
    path("drafts/<int:id>/recall/", views.recall_draft, name="recall_draft"),
]
