"""The one client for addresses that customers name: nothing but public HTTPS, one try, bounded in time and size."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from credira.core.http import HttpFailed, HttpRefused, check_url, send


@pytest.fixture
def strict(settings: Any) -> None:
    """As in production: this machine is out of reach as well."""
    settings.OUTBOUND_ALLOW_LOOPBACK = False


@contextmanager
def serving(handle: Callable[[socket.socket], None]) -> Iterator[str]:
    """A raw server on this machine that treats one connection as ``handle`` does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client:
            client.recv(65_536)
            handle(client)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.close()
        thread.join(timeout=10)


def test_an_answer_has_status_headers_body_and_time(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/hook", method="POST", data=b"body", headers={"X-One": "1"}).respond_with_data(
        "thanks", status=202, headers={"X-Two": "2"}
    )

    answer = send("POST", httpserver.url_for("/hook"), body=b"body", headers={"X-One": "1"})

    assert (answer.status, answer.body, answer.headers["x-two"]) == (202, b"thanks", "2")
    assert 0 <= answer.duration_ms < 5_000


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://0.0.0.0/",
        "https://10.1.2.3/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:10.0.0.5]/",
        "https://[64:ff9b::a00:5]/",
        "https://[2002:a00:5::]/",
        "http://hooks.example.com/",
        "ftp://hooks.example.com/",
        "file:///etc/passwd",
        "https://hooks.example.com:22/",
        "https://user:secret@hooks.example.com/",
        "https://hooks.example.com\\@10.0.0.5/",
        "https://hooks.exa\tmple.com/",
        "https:///nowhere",
        "nonsense",
    ],
)
def test_what_is_no_public_https_address_is_refused_by_its_looks_and_by_the_client(url: str) -> None:
    with pytest.raises(HttpRefused):
        check_url(url)
    with pytest.raises(HttpRefused):
        send("GET", url)


def test_this_machine_is_reached_in_tests_alone_and_the_network_around_it_never(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data("here")

    assert send("GET", httpserver.url_for("/")).body == b"here"
    for url in ("http://10.0.0.5/", "http://169.254.169.254/", "http://192.168.1.1:8000/"):
        with pytest.raises(HttpRefused):
            send("GET", url)


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("name", ["localhost", "0x7f000001"])
def test_a_name_of_this_machine_is_refused_when_it_is_resolved(name: str) -> None:
    with pytest.raises(HttpRefused):
        send("GET", f"https://{name}/")


class Resolver:
    """The system's resolver with answers of our own; counts how often it was asked."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        addresses = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, int(port))) for address in addresses]


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize(
    "addresses", [["10.0.0.5"], ["127.0.0.1"], ["169.254.169.254"], ["198.51.100.7", "10.0.0.5"], ["8.8.8.8", "::1"]]
)
def test_a_name_with_a_private_address_among_its_own_is_refused_whole(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(addresses))

    with pytest.raises(HttpRefused):
        send("GET", "https://hooks.example.com/")


def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_reached(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers otherwise the second time (DNS rebinding) is never asked a second time."""
    httpserver.expect_request("/").respond_with_data("checked")
    resolver = Resolver(["127.0.0.1"], ["10.0.0.5"])
    monkeypatch.setattr(socket, "getaddrinfo", resolver)

    answer = send("GET", f"http://rebinding.example.com:{httpserver.port}/")

    assert (answer.body, resolver.asked) == (b"checked", 1)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request("/").respond_with_data(status=status, headers={"Location": httpserver.url_for("/in")})

    answer = send("GET", httpserver.url_for("/"))

    assert (answer.status, answer.headers["location"]) == (status, httpserver.url_for("/in"))
    assert [request.path for request, _ in httpserver.log] == ["/"]


def test_a_proxy_of_the_environment_is_not_used(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    httpserver.expect_request("/").respond_with_data("direct")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert send("GET", httpserver.url_for("/")).body == b"direct"


def test_no_more_of_an_answer_is_read_than_asked_for(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/").respond_with_data(b"x" * 200_000)

    assert send("GET", httpserver.url_for("/"), max_bytes=1_000).body == b"x" * 1_000
    assert len(send("GET", httpserver.url_for("/")).body) == 200_000


def test_a_compressed_answer_that_grows_is_cut_as_well(httpserver: HTTPServer) -> None:
    import gzip

    httpserver.expect_request("/").respond_with_data(
        gzip.compress(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"}
    )

    assert len(send("GET", httpserver.url_for("/"), max_bytes=10_000).body) == 10_000


def test_nobody_listening_is_a_failed_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(HttpFailed) as failed:
        send("GET", f"http://127.0.0.1:{port}/")

    assert failed.value.kind == "connect"


def test_silence_ends_at_the_timeout(httpserver: HTTPServer) -> None:
    def slow(request: Request) -> Response:
        time.sleep(1.5)
        return Response("late")

    httpserver.expect_request("/").respond_with_handler(slow)
    started = time.monotonic()

    with pytest.raises(HttpFailed) as failed:
        send("GET", httpserver.url_for("/"), timeout=0.3)

    assert failed.value.kind == "timeout"
    assert time.monotonic() - started < 1.4


def test_a_body_that_trickles_in_has_a_deadline_for_the_whole() -> None:
    def trickle(client: socket.socket) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(60):
            try:
                client.sendall(b"1\r\nx\r\n")
            except OSError:
                return
            time.sleep(0.1)

    started = time.monotonic()
    with serving(trickle) as url, pytest.raises(HttpFailed) as failed:
        send("GET", url, timeout=0.5)

    assert failed.value.kind == "timeout"
    assert time.monotonic() - started < 3


def test_an_answer_that_is_no_http_is_a_failure() -> None:
    def babble(client: socket.socket) -> None:
        client.sendall(b"hello, this is not HTTP\r\n\r\n")

    with serving(babble) as url, pytest.raises(HttpFailed) as failed:
        send("GET", url)

    assert failed.value.kind in ("connect", "protocol")


def test_a_server_without_tls_is_a_failure_of_tls_not_an_answer(httpserver: HTTPServer) -> None:
    with pytest.raises(HttpFailed) as failed:
        send("GET", httpserver.url_for("/").replace("http://", "https://"))

    assert failed.value.kind == "tls"
