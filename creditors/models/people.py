"""Users are global (one person may work for several creditors); members belong to one creditor."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from credira.core import clock
from credira.tenancy.db import TenantPolicy, UuidModel
from creditors import permissions


class UserManager(BaseUserManager["User"]):
    """Addresses are stored in lower case, so that one mailbox is one user."""

    def create_user(self, email: str, password: str | None, name: str = "") -> "User":
        """A user with a hashed password (argon2); without one, nobody can sign in as it."""
        user = self.model(email=email.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Django's lookup at sign-in; `username` is the e-mail in any case."""
        return self.get(email=(username or "").strip().lower())


class User(UuidModel, AbstractBaseUser):
    """A person who signs in. No tenant: what a user may see is decided by Member alone."""

    PREFIX: ClassVar[str] = "usr"

    class Theme(models.TextChoices):
        SYSTEM = "system", "Same as the device"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower")]

    def __str__(self) -> str:
        return self.name or self.email


class Member(UuidModel):
    """A user's place at one creditor. What it may do is `role`, by the table in `creditors.permissions`."""

    PREFIX: ClassVar[str] = "mbr"

    creditor = models.ForeignKey("tenancy.Creditor", models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=list(permissions.ROLE_NAMES.items()))
    created_at = models.DateTimeField(default=clock.wall, editable=False)

    class Meta:
        constraints = [
            TenantPolicy(
                name="creditors_member_tenant",
                column="creditor_id",
                # Before a creditor is known: which of them may this user enter?
                system="SELECT (id, creditor_id, user_id, role)",
            ),
            models.UniqueConstraint(fields=["creditor", "user"], name="member_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    def may(self, area: str, access: permissions.Access) -> bool:
        """Whether this member may read or write the area."""
        return permissions.allows(self.role, area, access)
