"""Pages of this app."""

from django.urls import path

from reviews.views import comments, desk, interests, notifications, reaffirmation, review, submitting

urlpatterns = [
    path("desk/", desk.desk, name="desk"),
    path("reviews/", desk.review_queue, name="review_queue"),
    path("reviews/<int:id>/", review.review, name="review"),
    path("reviews/<int:id>/claim/", desk.claim, name="claim_review"),
    path("reviews/<int:id>/assign/", desk.assign, name="assign_review"),
    path("drafts/<int:id>/submit/", submitting.submit_draft, name="submit_draft"),
    path("drafts/<int:id>/recall/", submitting.recall_draft, name="recall_draft"),
    path("drafts/<int:id>/hand-over/", desk.hand_over, name="hand_over"),
    path("drafts/<int:id>/comments/", comments.comment, name="comment"),
    path("comments/<int:id>/resolve/", comments.resolve, name="resolve_comment"),
    path("account/notifications/", notifications.notifications, name="notifications"),
    path("account/notifications/address/<str:token>/", notifications.confirm_address, name="confirm_address"),
    path("account/notifications/read/", notifications.read, name="read_notifications"),
    path("roles/<slug:slug>/v<int:number>/reaffirm/", reaffirmation.reaffirm, name="reaffirm"),
    path("account/interests/", interests.interests, name="interests"),
    path("account/interests/<int:id>/end/", interests.end_interest, name="end_interest"),
]
