"""Addresses of the API."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from . import views

router = SimpleRouter()
router.register("projects", views.Projects)
router.register("hops", views.Hops)
router.register("copies", views.Copies)
router.register("handoffs", views.Handoffs)

urlpatterns = [
    path("", include(router.urls)),
    path("entries/<uuid:id>/", views.entry, name="entry"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
