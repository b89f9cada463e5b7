"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView

from aijri_site import api_docs, errors, health, languages, signing
from assessments.api import urls as assessments_api
from assessments.views.reading import page
from reviews.api import urls as reviews_api

handler400 = "aijri_site.errors.bad_request"
handler403 = "aijri_site.errors.forbidden"
handler404 = "aijri_site.errors.not_found"
handler500 = "aijri_site.errors.failed"

admin.site.site_header = "AIJRI Review: the tables, to look at"
admin.site.site_title = "AIJRI Review"
admin.site.index_title = "Nothing is changed here: actions are the only doors"

api_v1 = [
    *reviews_api.urlpatterns,
    *assessments_api.urlpatterns,
]

urlpatterns = [
    path("api/v1/", include(api_v1)),
    path("api/schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("api/docs/", page(api_docs.api_docs), name="api_docs"),
    re_path(r"^api/", errors.api_not_found),
    path("accounts/login/", signing.SignIn.as_view(), name="sign_in"),
    path("accounts/logout/", signing.SignOut.as_view(), name="sign_out"),
    path("language/", languages.choose, name="set_language"),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("reviews.urls")),
    path("", include("assessments.urls")),
]
