from django.urls import path

from apps.garments import views

urlpatterns = [
    path("styles/new/", views.new_style, name="style_create"),
    path("styles/<uuid:style_id>/edit/", views.edit_style, name="style_update"),
    path("styles/<uuid:style_id>/archive/", views.archive_style, name="style_archive"),
    path("styles/<uuid:style_id>/photos/", views.upload_photo, name="photo_upload"),
    path("styles/<uuid:style_id>/decisions/", views.decide, name="decision_make"),
    path("photos/<uuid:photo_id>/image.webp", views.photo_image, name="photo_image"),
    path("photos/<uuid:photo_id>/thumbnail.webp", views.photo_thumbnail, name="photo_thumbnail"),
    path("photos/<uuid:photo_id>/view/", views.set_photo_view, name="photo_view"),
    path("photos/<uuid:photo_id>/delete/", views.remove_photo, name="photo_delete"),
    path("photos/<uuid:photo_id>/analyse/", views.analyse_photo, name="photo_analyse"),
    path("analyses/<uuid:analysis_id>/mask.png", views.analysis_mask, name="analysis_mask"),
]
