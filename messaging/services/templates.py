"""Templates: the shipped ones taken in, members' own saved and previewed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from audit.services import record
from credira.core import clock, context
from credira.core.errors import NotFound
from credira.tenancy.models import Workspace
from messaging import events
from messaging.liquid import SAMPLE, Rendered, Source, check, render
from messaging.models import EmailTemplate
from messaging.shipped import SHIPPED, Shipped, version_of


@transaction.atomic
def save_template(
    *,
    workspace: Workspace,
    key: str,
    name: str,
    purpose: str,
    source: Source,
    declared: Sequence[str] = (),
    shipped: bool = False,
) -> EmailTemplate:
    """Save a template as the current version of its key; the same words again change nothing.

    Raises TemplateInvalid when a part doesn't parse or uses a variable that is neither known nor declared.
    """
    variables = check(source, frozenset(declared))
    version = version_of(source)
    _lock(workspace, key)
    same = EmailTemplate.objects.filter(workspace=workspace, key=key, version=version).first()
    if same is not None and same.current:
        return same
    EmailTemplate.objects.filter(workspace=workspace, key=key, current=True).update(current=False)
    if same is not None:
        same.current = True
        same.save(update_fields=["current"])
        return same
    template = EmailTemplate.objects.create(
        workspace=workspace,
        key=key,
        version=version,
        name=name,
        purpose=purpose,
        subject=source.subject,
        text=source.text,
        html=source.html,
        declared=list(declared),
        variables=variables,
        shipped=shipped,
        created_at=clock.now(),
        created_by=context.actor().id,
    )
    record(
        workspace,
        type=events.TEMPLATE_SAVED,
        object=template,
        data={"template_id": template.public_id, "key": key, "version": version},
    )
    return template


def current_template(*, workspace: Workspace, key: str) -> EmailTemplate:
    """The version of a key that is sent now: the creditor's own, else the shipped one, taken in at its first use.

    Raises NotFound for an unknown key.
    """
    found = EmailTemplate.objects.filter(workspace=workspace, key=key, current=True).first()
    if found is not None and not (found.shipped and found.version != SHIPPED[key].version):
        return found
    try:
        return _take_in(workspace, SHIPPED[key])
    except KeyError:
        raise NotFound(f"There is no template {key}.") from None


def take_in_shipped(*, workspace: Workspace) -> None:
    """Make the shipped templates rows of this workspace, so that lists show them."""
    for key in SHIPPED:
        current_template(workspace=workspace, key=key)


def preview(template: EmailTemplate, values: Mapping[str, Any]) -> Rendered:
    """The template with sample values, and the caller's own over them. Raises TemplateVariableMissing."""
    filled: dict[str, object] = {name: f"[{name}]" for name in template.declared}
    for name, value in {**SAMPLE, **values}.items():
        sample = SAMPLE.get(name)
        filled[name] = {**sample, **value} if sample and isinstance(value, Mapping) else value
    return render(source_of(template), filled)


def source_of(template: EmailTemplate) -> Source:
    return Source(subject=template.subject, text=template.text, html=template.html)


def _lock(workspace: Workspace, key: str) -> None:
    """Two workers may need a shipped template for the first time at once: the second waits and finds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"template:{workspace.pk}:{key}"])


def _take_in(workspace: Workspace, shipped: Shipped) -> EmailTemplate:
    return save_template(
        workspace=workspace,
        key=shipped.key,
        name=shipped.name,
        purpose=shipped.purpose,
        source=shipped.source,
        declared=shipped.declared,
        shipped=True,
    )
