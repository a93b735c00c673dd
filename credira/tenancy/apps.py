from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "credira.tenancy"

    def ready(self) -> None:
        from django.db.backends.signals import connection_created
        from django.db.models import Field
        from django.db.models.signals import post_migrate

        from credira.core.lookups import AnyOf
        from credira.tenancy import roles

        Field.register_lookup(AnyOf)
        post_migrate.connect(roles.grant_global_tables, dispatch_uid="tenancy.grants")
        connection_created.connect(roles.refuse_dangerous_role, dispatch_uid="tenancy.role")
