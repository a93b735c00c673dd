"""The simulator's own pages."""

import requests

from tests.simulator.sandbox import Sandbox


def page(sandbox: Sandbox, path: str) -> str:
    answer = requests.get(f"{sandbox.base}{path}", timeout=20)
    answer.raise_for_status()
    assert "script" not in answer.headers["Content-Security-Policy"]
    return answer.text


def test_the_overview_says_that_nothing_came_twice(sandbox: Sandbox) -> None:
    sandbox.configure(label="Sample Federal CU sandbox")
    sandbox.person("cooperative")
    sandbox.dial()
    sandbox.tick()

    shown = page(sandbox, f"/?w={sandbox.sid}")

    assert "Sample Federal CU sandbox" in shown
    assert "Nothing came twice." in shown
    assert "promises and pays" in shown


def test_the_overview_says_what_came_twice_and_who_was_contacted_after_a_stop(sandbox: Sandbox) -> None:
    sandbox.person("bankruptcy")
    sandbox.dial()
    sandbox.tick()
    sandbox.set_clock("2026-11-24T16:05:00Z")
    sandbox.dial()

    shown = page(sandbox, f"/?w={sandbox.sid}")

    assert "Something came twice." in shown
    assert "calls: call_1 (2 times)" in shown
    assert "cons_1 was sent a call after telling us: bankruptcy" in shown


def test_every_tab_is_a_page(sandbox: Sandbox) -> None:
    for tab, sentence in (
        ("people", "Nobody was introduced yet."),
        ("calls", "No call was placed."),
        ("messages", "No e-mail was sent."),
        ("letters", "No letter was accepted."),
        ("payments", "Nobody paid yet."),
        ("webhooks", "No sink was told a secret."),
    ):
        assert sentence in page(sandbox, f"/w/{sandbox.sid}/{tab}")
    assert requests.get(f"{sandbox.base}/w/{sandbox.sid}/nothing", timeout=20).status_code == 404


def test_long_lists_are_shown_a_screen_at_a_time(sandbox: Sandbox) -> None:
    people = [{"ref": f"cons_{number:03}", "name": f"Person {number:03}"} for number in range(130)]
    sandbox.control("PUT", "people", {"people": people})

    first = page(sandbox, f"/w/{sandbox.sid}/people")
    second = page(sandbox, f"/w/{sandbox.sid}/people?start=100")

    assert ("Person 099" in first, "Person 100" in first, "?start=100" in first) == (True, False, True)
    assert ("Person 129" in second, "?start=0" in second, "Older" in second) == (True, True, False)


def test_a_call_is_read_turn_by_turn(sandbox: Sandbox) -> None:
    sandbox.person("cooperative")
    sid = sandbox.dial()
    sandbox.tick()

    shown = page(sandbox, f"/w/{sandbox.sid}/calls/{sid}")

    assert "May I please speak with Jane Doe?" in shown
    assert "<li class=person>" in shown
    assert "initiated" in shown


def test_a_mail_is_shown_without_running_it(sandbox: Sandbox) -> None:
    html = "<script>alert(1)</script><p>Hello</p>"
    identifier = sandbox.mail(Subject="<b>Hi</b>", HtmlBody=html).json()["MessageID"]

    shown = page(sandbox, f"/w/{sandbox.sid}/messages/{identifier}")
    body = requests.get(f"{sandbox.base}/w/{sandbox.sid}/messages/{identifier}/html", timeout=20)

    assert "<b>Hi</b>" not in shown
    assert "&lt;b&gt;Hi&lt;/b&gt;" in shown
    assert "sandbox></iframe>" in shown
    assert body.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_a_sinks_page_escapes_what_arrived(sandbox: Sandbox) -> None:
    requests.post(f"{sandbox.base}/sink/pages", json={"type": "<img src=x>"}, timeout=20)

    shown = page(sandbox, "/sinks/pages")

    assert "<img" not in shown
    assert "&lt;img src=x&gt;" in shown
