"""JSON over HTTP to an address that the operator configured (a vendor's, or the simulator's).

`core.http` guards against addresses that strangers choose and so refuses loopback, where the simulator lives; nobody
but the operator chooses these.
"""

from collections.abc import Mapping
from typing import Any

import requests

from credira.core import json
from credira.providers.errors import LookupFailed, raise_for_network, raise_for_status

CONNECT_S = 3.05
READ_S = 10.0


def write(
    method: str,
    url: str,
    body: object,
    *,
    auth: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = READ_S,
) -> Any:
    """Ask the vendor to do something; the decoded answer. Raises NotPlaced or OutcomeUnknown."""
    try:
        answer = _request(method, url, body=body, auth=auth, headers=headers, timeout_s=timeout_s)
    except requests.RequestException as error:
        raise_for_network(error)
    if not answer.ok:
        raise_for_status(answer.status_code, f"{method} {answer.url} was answered with {answer.status_code}.")
    return json.loads(answer.content) if answer.content else None


def read(
    url: str,
    *,
    params: Mapping[str, str | int] | None = None,
    auth: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Read something; None when the vendor knows nothing of it. Raises LookupFailed."""
    try:
        answer = _request("GET", url, params=params, auth=auth, headers=headers)
    except requests.RequestException as error:
        raise LookupFailed(f"The provider could not be asked: {type(error).__name__}.") from error
    if answer.status_code == 404:
        return None
    if not answer.ok:
        raise LookupFailed(f"GET {answer.url} was answered with {answer.status_code}.")
    return json.loads(answer.content)


def _request(
    method: str,
    url: str,
    *,
    body: object = None,
    params: Mapping[str, str | int] | None = None,
    auth: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = READ_S,
) -> requests.Response:
    data = None if body is None else json.dumps(body)
    sent = {
        "Accept": "application/json",
        **({"Content-Type": "application/json"} if data is not None else {}),
        **(headers or {}),
    }
    return requests.request(
        method,
        url,
        data=data,
        params=params,
        auth=auth,
        headers=sent,
        timeout=(CONNECT_S, timeout_s),
        allow_redirects=False,
    )
