"""The only outbound HTTP client for addresses that customers give us (webhooks, file URLs).

Every name is resolved once, every answer is checked, and the socket is opened to a checked address: private, loopback,
link-local, metadata, multicast and translated ranges are refused. Redirects are not followed, proxies not used.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network

import requests
from django.conf import settings
from ssrfguard import Policy, SSRFGuardError
from ssrfguard.requests import SafeAdapter


class HttpRefused(Exception):
    """The URL or the address behind it may not be reached; the message says why."""


class HttpFailed(Exception):
    """No answer came: ``kind`` is ``timeout``, ``tls``, ``connect`` or ``protocol``."""

    def __init__(self, kind: str, detail: str) -> None:
        self.kind = kind
        self.detail = detail
        super().__init__(f"{kind}: {detail}")


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: header names in lower case, at most ``max_bytes`` of the body, the time it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    duration_ms: int


def check_url(url: str) -> None:
    """Raise ``HttpRefused`` for a URL that can't be reached by its looks alone (scheme, port, literal address)."""
    try:
        _policy().check_url(url)
    except SSRFGuardError as error:
        raise HttpRefused(str(error)) from error


def send(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 15.0,
    max_bytes: int = 1_000_000,
) -> HttpAnswer:
    """One request, no redirects, at most ``timeout`` seconds in all and ``max_bytes`` of answer.

    Raises ``HttpRefused`` for an address that isn't allowed and ``HttpFailed`` when no answer came.
    """
    check_url(url)  # the adapter sees the origin alone, not who is named before it
    started = time.monotonic()
    with requests.Session() as session:
        session.trust_env = False
        adapter = SafeAdapter(policy=_policy(), max_retries=0)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        try:
            answer = session.request(
                method,
                url,
                data=body,
                headers=dict(headers or {}),
                timeout=(min(timeout, 5.0), timeout),
                allow_redirects=False,
                stream=True,
            )
            content = _read(answer, started + timeout, max_bytes)
        except SSRFGuardError as error:
            raise HttpRefused(str(error)) from error
        except requests.exceptions.SSLError as error:
            raise HttpFailed("tls", _brief(error)) from error
        except requests.exceptions.Timeout as error:
            raise HttpFailed("timeout", f"no answer within {timeout:g} s") from error
        except requests.exceptions.ConnectionError as error:
            raise HttpFailed("connect", _brief(error)) from error
        except (requests.exceptions.RequestException, ValueError) as error:
            raise HttpFailed("protocol", _brief(error)) from error
    elapsed = int((time.monotonic() - started) * 1000)
    return HttpAnswer(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, content, elapsed)


def _read(answer: requests.Response, deadline: float, max_bytes: int) -> bytes:
    # A body that trickles in resets the socket's timeout with each byte, so the whole has a deadline too.
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_content(16_384):
        parts.append(part)
        size += len(part)
        if size >= max_bytes:
            break
        if time.monotonic() > deadline:
            raise requests.exceptions.ReadTimeout("the body took too long")
    return b"".join(parts)[:max_bytes]


def _policy() -> Policy:
    if settings.OUTBOUND_ALLOW_LOOPBACK:
        # For development and tests, where receivers listen on this machine; production settings refuse it.
        return Policy(
            allowed_networks=(ip_network("127.0.0.0/8"), ip_network("::1/128")),
            allowed_ports=frozenset(range(1, 65536)),
        )
    return Policy(allowed_schemes=frozenset({"https"}), allowed_ports=frozenset({443, 8443}))


def _brief(error: Exception) -> str:
    return str(error)[:300]
