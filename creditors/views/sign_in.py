"""Signing in: password, then the code of an authenticator. One answer for a wrong and an unknown account."""

from typing import Any, ClassVar

import structlog
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from credira.core import clock
from credira.core.crypto import decrypt, encrypt
from credira.core.errors import Unavailable
from credira.tenancy.scope import across_workspaces
from creditors import lockout, second_factor
from creditors.forms import CodeForm, SignInForm, ThemeForm
from creditors.lockout import SignInLocked
from creditors.models import User
from creditors.portal import SECOND_FACTOR_AT, is_signed_in, workspaces_of
from creditors.services import set_theme

log = structlog.get_logger(__name__)

PENDING = "sign_in"
PENDING_SECONDS = 600
THEME_COOKIE_SECONDS = 31_536_000
WRONG = "E-mail or password is wrong."
WRONG_CODE = "This code is wrong, or it was used before. Wait for the next one."


@method_decorator(never_cache, name="dispatch")
class StepView(View):
    """One step of signing in: a form, tried under the limit of tries.

    Subclasses name their form and template, say whose tries are counted, and answer `check`: where to go, or None when
    what was entered is wrong.
    """

    form_class: ClassVar[type[SignInForm] | type[CodeForm]]
    template_name: ClassVar[str]
    wrong: ClassVar[str] = WRONG_CODE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form_class())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            lockout.count_try(ip_of(request), self.account(form.cleaned_data))
        except SignInLocked as error:
            log.warning("sign_in.locked", ip=ip_of(request))
            return self.page(form, status=429, locked_until=error.until)
        except Unavailable as error:
            form.add_error(None, error.message)
            return self.page(form, status=503)
        answer = self.check(form.cleaned_data)
        if answer is None:
            log.warning("sign_in.refused", ip=ip_of(request), step=self.template_name)
            form.add_error(None, self.wrong)
            return self.page(form)
        return answer

    def page(self, form: SignInForm | CodeForm, status: int = 200, **context: Any) -> HttpResponse:
        return render(self.request, self.template_name, {"form": form, **self.extra(), **context}, status=status)

    def account(self, cleaned: dict[str, Any]) -> str:
        raise NotImplementedError

    def check(self, cleaned: dict[str, Any]) -> HttpResponse | None:
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        return {}


class SignInView(StepView):
    """`/login`: the password."""

    form_class = SignInForm
    template_name = "creditors/sign_in.html"
    wrong = WRONG

    def account(self, cleaned: dict[str, Any]) -> str:
        return str(cleaned["email"])

    def check(self, cleaned: dict[str, Any]) -> HttpResponse | None:
        # Django hashes the password of an unknown account too, so the time tells nothing either.
        user = authenticate(self.request, username=cleaned["email"], password=cleaned["password"])
        if not isinstance(user, User):
            return None
        self.request.session.flush()
        self.request.session[PENDING] = {
            "user": str(user.id),
            "at": clock.wall().timestamp(),
            "next": self.request.GET.get("next", ""),
        }
        return redirect("/login/code" if second_factor.has_device(user) else "/login/enroll")


class PendingStepView(StepView):
    """A step after the password, for the user who gave it within the last ten minutes."""

    form_class = CodeForm
    pending_user: User

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = pending_user(request)
        if found is None:
            return redirect("/login")
        self.pending_user = found
        return super().dispatch(request, *args, **kwargs)

    def account(self, cleaned: dict[str, Any]) -> str:
        return f"code:{self.pending_user.email}"

    def complete(self, device: TOTPDevice | None) -> HttpResponse | None:
        """Sign the user in with the device that made the code; None when there is none."""
        if device is None:
            return None
        request, user = self.request, self.pending_user
        goal = request.session[PENDING]["next"]
        lockout.clear(ip_of(request), user.email)
        lockout.clear(ip_of(request), f"code:{user.email}")
        request.session.flush()
        login(request, user, backend=f"{ModelBackend.__module__}.{ModelBackend.__qualname__}")
        otp_login(request, device)
        request.session[SECOND_FACTOR_AT] = clock.wall().timestamp()
        log.info("sign_in.succeeded", user=user.public_id, ip=ip_of(request))
        return with_theme(HttpResponseRedirect(safe_path(request, goal)), user.theme)


class CodeView(PendingStepView):
    """`/login/code`: the code of the user's authenticator."""

    template_name = "creditors/code.html"

    def check(self, cleaned: dict[str, Any]) -> HttpResponse | None:
        return self.complete(second_factor.verify(self.pending_user, cleaned["code"]))


class EnrollView(PendingStepView):
    """`/login/enroll`: a user's first sign-in sets up an authenticator."""

    template_name = "creditors/enroll.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found = pending_user(request)
        if found is not None and second_factor.has_device(found):
            return redirect("/login/code")
        return super().dispatch(request, *args, **kwargs)

    def check(self, cleaned: dict[str, Any]) -> HttpResponse | None:
        return self.complete(second_factor.enroll(self.pending_user, self._secret(), cleaned["code"]))

    def extra(self) -> dict[str, Any]:
        secret = self._secret()
        return {"setup_key": second_factor.setup_key(secret), "qr": second_factor.qr_svg(self.pending_user, secret)}

    def _secret(self) -> bytes:
        session = self.request.session
        pending = session[PENDING]
        if "secret" not in pending:
            # Sessions are rows of the database: the secret lies there as ciphertext.
            session[PENDING] = {**pending, "secret": encrypt(second_factor.new_secret().hex())}
        return bytes.fromhex(decrypt(session[PENDING]["secret"]))


class ConfirmView(StepView):
    """`/login/confirm`: the code once more, before something that asks for a fresh second factor."""

    form_class = CodeForm
    template_name = "creditors/confirm.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs) if is_signed_in(request) else redirect("/login")

    def account(self, cleaned: dict[str, Any]) -> str:
        return f"code:{self._user.email}"

    def check(self, cleaned: dict[str, Any]) -> HttpResponse | None:
        if second_factor.verify(self._user, cleaned["code"]) is None:
            return None
        lockout.clear(ip_of(self.request), self.account(cleaned))
        self.request.session.cycle_key()
        self.request.session[SECOND_FACTOR_AT] = clock.wall().timestamp()
        return HttpResponseRedirect(safe_path(self.request, self.request.GET.get("next", "")))

    @property
    def _user(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`/logout`."""
    if isinstance(request.user, User):
        log.info("sign_out", user=request.user.public_id)
    logout(request)
    return redirect("/login")


@never_cache
def choose_workspace(request: HttpRequest) -> HttpResponse:
    """`/workspaces`: every half of every creditor that the user works for, and the user's colors."""
    if not is_signed_in(request):
        return redirect("/login?next=/workspaces")
    assert isinstance(request.user, User)
    user = request.user
    form = ThemeForm(request.POST or None, initial={"theme": user.theme})
    if request.method == "POST" and form.is_valid():
        set_theme(user_id=user.id, theme=form.cleaned_data["theme"])
        return with_theme(redirect("/workspaces"), form.cleaned_data["theme"])
    with across_workspaces():
        found = workspaces_of(user.id)
    return render(request, "creditors/workspaces.html", {"choices": found, "form": form})


def pending_user(request: HttpRequest) -> User | None:
    """Who gave the password in this session within the last ten minutes."""
    pending = request.session.get(PENDING)
    if not pending or clock.wall().timestamp() - pending["at"] > PENDING_SECONDS:
        return None
    return User.objects.filter(id=pending["user"], is_active=True).first()


def safe_path(request: HttpRequest, goal: str) -> str:
    """Where to go after signing in: only an address of our own, else the choice of workspaces."""
    own = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    return goal if goal and own else "/workspaces"


def ip_of(request: HttpRequest) -> str:
    """The address that the limit of tries counts."""
    return str(request.META.get("REMOTE_ADDR", ""))


def with_theme(response: HttpResponse, theme: str) -> HttpResponse:
    """The cookie that pages read before anybody is signed in; "system" has none."""
    if theme == User.Theme.SYSTEM:
        response.delete_cookie("theme")
    else:
        response.set_cookie("theme", theme, max_age=THEME_COOKIE_SECONDS, samesite="Lax")
    return response
