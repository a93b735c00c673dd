"""Authenticator codes (TOTP, RFC 6238): checked once each, made by a new user's own app."""

import base64
import secrets

import segno
from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from creditors.models import User
from creditors.services import enroll_totp

SECRET_BYTES = 20


def new_secret() -> bytes:
    """A random secret for one authenticator (RFC 4226 recommends 160 bits)."""
    return secrets.token_bytes(SECRET_BYTES)


def has_device(user: User) -> bool:
    """Whether the user has an authenticator."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


@transaction.atomic
def verify(user: User, code: str) -> TOTPDevice | None:
    """The device that made the code, or None: a wrong code, one used before, or a try too soon after a wrong one."""
    # The row lock makes two requests with one code queue up; the second then finds it used.
    device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=True).first()
    return device if device is not None and device.verify_token(code) else None


def enroll(user: User, secret: bytes, code: str) -> TOTPDevice | None:
    """Take the secret as the user's authenticator if the code shows that the app has it."""
    with transaction.atomic():
        device = enroll_totp(user=user, secret=secret)
        if device.verify_token(code):
            return device
        transaction.set_rollback(True)
    return None


def setup_key(secret: bytes) -> str:
    """The secret as people type it: base32 in groups of four."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def qr_svg(user: User, secret: bytes) -> str:
    """The setup address as an inline SVG that authenticator apps scan."""
    device = TOTPDevice(user=user, key=secret.hex())
    return segno.make(device.config_url, error="m").svg_inline(scale=5, border=2, omitsize=False)
