"""Workspace switch, language switch, and the settings pages: profile, members, API keys."""

from uuid import UUID

from django.conf import settings as site_settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts import selectors, services
from apps.accounts.consent import training_consent_set
from apps.accounts.forms import ROLE_LABELS, ApiKeyForm, MemberForm, ProfileForm, WorkspaceForm
from apps.accounts.models import User, Workspace
from apps.accounts.roles import RIGHTS, Role
from apps.accounts.selectors import user_of
from apps.problems import Problem

LANGUAGE_COOKIE_S = 365 * 24 * 3600


@require_POST
def language_set(request: HttpRequest) -> HttpResponse:
    """POST language, next: for the signed-in user on his account, for a visitor in a cookie."""
    language = request.POST.get("language", "")
    if language not in User.Language.values:
        raise Problem("unknown_language", _("The interface speaks Japanese and English."))
    if request.user.is_authenticated:
        services.user_set_language(user=user_of(request), language=language)
    response = redirect(_next(request))
    response.set_cookie(
        site_settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=LANGUAGE_COOKIE_S,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@login_required
@require_POST
def workspace_switch(request: HttpRequest) -> HttpResponse:
    """POST workspace: the pages are about this workspace from now on."""
    workspace = selectors.workspace_get_for_user(request.user, request.POST.get("workspace", ""))
    request.session[selectors.SESSION_WORKSPACE] = str(workspace.pk)
    return redirect("styles")


@login_required
@require_POST
def workspace_create(request: HttpRequest) -> HttpResponse:
    """POST name: a new workspace, which becomes the current one."""
    workspace = services.workspace_create(user=user_of(request), name=request.POST.get("name", ""))
    request.session[selectors.SESSION_WORKSPACE] = str(workspace.pk)
    return redirect("members")


@login_required
@require_POST
def workspace_rename(request: HttpRequest) -> HttpResponse:
    """POST name: renames the current workspace."""
    services.workspace_rename(
        user=user_of(request), workspace=_workspace(request), name=request.POST.get("name", "")
    )
    return redirect("members")


@login_required
@require_POST
def training_consent(request: HttpRequest) -> HttpResponse:
    """POST consent=1|0: whether corrections made in the current workspace may train models."""
    consent = request.POST.get("consent") == "1"
    training_consent_set(user=user_of(request), workspace=_workspace(request), consent=consent)
    messages.success(request, _("Saved."))
    return redirect("members")


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Name and language; links to e-mail, password and two-factor authentication are allauth's pages."""
    user = user_of(request)
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        services.user_update(user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("settings")
    return render(request, "accounts/settings.html", {"form": form, "workspace_form": WorkspaceForm()})


@login_required
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest) -> HttpResponse:
    """The people of the current workspace; POST email, role adds one."""
    user, workspace = user_of(request), _workspace(request)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.member_add(user=user, workspace=workspace, **form.cleaned_data)
        except Problem as problem:
            _show_in_form(form, problem)
        else:
            messages.success(request, _("Added."))
            return redirect("members")
    context = {
        "workspace": workspace,
        "workspace_form": WorkspaceForm(initial={"name": workspace.name}),
        "memberships": selectors.membership_list_for_user(user, workspace.pk),
        "form": form,
        "roles": ROLE_LABELS,
        "rights": RIGHTS,
        "can_manage": selectors.may(user, workspace.pk, Role.OWNER),
    }
    return render(request, "accounts/members.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def member_update(request: HttpRequest, member_id: int) -> HttpResponse:
    """POST role: changes the role of a member of the current workspace."""
    role = request.POST.get("role", "")
    try:
        services.member_set_role(
            user=user_of(request), workspace=_workspace(request), member_id=member_id, role=role
        )
    except Problem as problem:
        _show_on_page(request, problem)
    return redirect("members")


@login_required
@require_POST
def member_remove(request: HttpRequest, member_id: int) -> HttpResponse:
    """Removes a member from the current workspace, or lets the user leave it."""
    try:
        services.member_remove(user=user_of(request), workspace=_workspace(request), member_id=member_id)
    except Problem as problem:
        _show_on_page(request, problem)
    return redirect("members" if selectors.workspace_current_for_user(request.user) else "settings")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def api_keys(request: HttpRequest) -> HttpResponse:
    """The current workspace's keys, for its owners; POST name, role, scopes makes one and shows it once."""
    user, workspace = user_of(request), _workspace(request)
    keys = selectors.api_key_list_for_user(user, workspace.pk)
    form, new_secret = ApiKeyForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        _key, new_secret = services.api_key_create(workspace=workspace, created_by=user, **form.cleaned_data)
        form = ApiKeyForm()
    context = {"workspace": workspace, "keys": keys, "form": form, "new_secret": new_secret}
    return render(request, "accounts/api_keys.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def api_key_revoke(request: HttpRequest, api_key_id: UUID) -> HttpResponse:
    user = user_of(request)
    services.api_key_revoke(user=user, api_key=selectors.api_key_get_for_user(user, api_key_id))
    messages.success(request, _("The key no longer works."))
    return redirect("api_keys")


def _workspace(request: HttpRequest) -> Workspace:
    return selectors.workspace_for_request(request.user, request.session)


def _show_in_form(form: MemberForm, problem: Problem) -> None:
    """A problem the sender can put right stands at the form; others become the page's answer."""
    if problem.status in {403, 404}:
        raise problem
    form.add_error(None, str(problem.text))


def _show_on_page(request: HttpRequest, problem: Problem) -> None:
    if problem.status in {403, 404}:
        raise problem
    messages.error(request, str(problem.text))


def _next(request: HttpRequest) -> str:
    """Where the form was, when that is a page of this site."""
    target = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        return target
    return resolve_url(site_settings.LOGIN_REDIRECT_URL)
