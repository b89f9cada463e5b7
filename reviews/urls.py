"""Pages of this app."""

from django.urls import path

from reviews import views, views_notifications, views_reaffirmation

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("reviews/", views.review_queue, name="review_queue"),
    path("reviews/<int:id>/", views.review, name="review"),
    path("drafts/<int:id>/submit/", views.submit_draft, name="submit_draft"),
    path("account/notifications/", views_notifications.notifications, name="notifications"),
    path("account/notifications/read/", views_notifications.read, name="read_notifications"),
    path("roles/<slug:slug>/v<int:number>/reaffirm/", views_reaffirmation.reaffirm, name="reaffirm"),
    path("drafts/<int:id>/recall/", views.recall_draft, name="recall_draft"),
]
