from django.urls import path

from apps.techpacks import views

urlpatterns = [
    path("styles/<uuid:style_id>/techpack/", views.techpack, name="techpack"),
    path("styles/<uuid:style_id>/techpack/export/", views.export, name="techpack_export"),
    path("techpacks/<uuid:export_id>/techpack.pdf", views.pdf, name="techpack_pdf"),
    path("techpacks/<uuid:export_id>/techpack.xlsx", views.xlsx, name="techpack_xlsx"),
]
