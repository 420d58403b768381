from django.urls import path

from apps.accounts import views

urlpatterns = [
    path("language/", views.language_set, name="language_set"),
    path("workspaces/switch/", views.workspace_switch, name="workspace_switch"),
    path("workspaces/new/", views.workspace_create, name="workspace_create"),
    path("workspaces/rename/", views.workspace_rename, name="workspace_rename"),
    path("workspaces/training-consent/", views.training_consent, name="training_consent"),
    path("settings/", views.settings, name="settings"),
    path("settings/members/", views.members, name="members"),
    path("settings/members/<int:member_id>/", views.member_update, name="member_update"),
    path("settings/members/<int:member_id>/remove/", views.member_remove, name="member_remove"),
    path("settings/api-keys/", views.api_keys, name="api_keys"),
    path("settings/api-keys/<uuid:api_key_id>/revoke/", views.api_key_revoke, name="api_key_revoke"),
]
