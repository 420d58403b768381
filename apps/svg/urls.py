from django.urls import path

from apps.svg import style_pages, views

urlpatterns = [
    path("styles/", style_pages.styles, name="styles"),
    path("styles/<uuid:style_id>/", style_pages.style, name="style"),
    path("styles/<uuid:style_id>/review/", views.review, name="review"),
    path("styles/<uuid:style_id>/draw/", views.generate, name="drawing_generate"),
    path("revisions/<uuid:revision_id>/review/", views.give_review, name="review_give"),
    path("revisions/<uuid:revision_id>/flat.svg", views.revision_as_svg, name="revision_svg"),
    path("revisions/<uuid:revision_id>/flat.png", views.revision_as_png, name="revision_png"),
    path("revisions/<uuid:revision_id>/flat.pdf", views.revision_as_pdf, name="revision_pdf"),
    path("revisions/<uuid:revision_id>/flat.json", views.revision_as_json, name="revision_json"),
]
