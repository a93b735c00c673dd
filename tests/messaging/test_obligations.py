import pytest

from messaging.errors import ContentRefused, ObligationUnsatisfied
from messaging.obligations import FROM_DEBT_COLLECTOR, MINI_MIRANDA, OPT_OUT, Words, lines, refuse_false_role, verify

STOP = "https://credira.example/c/abc/stop"
HEADERS = {"List-Unsubscribe": f"<{STOP}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
ASKED = ["E_OPT_OUT", "MINI_MIRANDA_FULL"]


def a_mail(*, text: str = "", html: str = "", headers: dict[str, str] | None = None) -> dict[str, object]:
    whole = f"{MINI_MIRANDA}\n{OPT_OUT}\n{STOP}"
    return {
        "text": text or whole,
        "html_part": html or f'<p>{MINI_MIRANDA}</p><p>{OPT_OUT}</p><a href="{STOP}">Stop</a>',
        "headers": HEADERS if headers is None else headers,
        "stop_url": STOP,
    }


def test_each_obligation_has_its_words_and_the_way_out_comes_last() -> None:
    found = lines(
        [*ASKED, "TIME_BARRED:CA", "VALIDATION_NOTICE_DUE:2026-11-29"], Words(STOP, {"TIME_BARRED:CA": "Law."})
    )

    assert list(found.items()) == [
        ("MINI_MIRANDA_FULL", MINI_MIRANDA),
        ("TIME_BARRED:CA", "Law."),
        ("E_OPT_OUT", OPT_OUT),
    ]


def test_a_later_mail_says_that_it_is_from_a_debt_collector() -> None:
    assert lines(["FROM_DEBT_COLLECTOR"], Words(STOP)) == {"FROM_DEBT_COLLECTOR": FROM_DEBT_COLLECTOR}


def test_a_disputed_part_is_said_to_the_cent() -> None:
    [line] = lines(["DISPUTED_AMOUNT:acct_1:200.00"], Words(STOP)).values()

    assert line == "You have disputed $200.00 of this debt. We do not ask for that part."


@pytest.mark.parametrize("obligation", ["TIME_BARRED:CA", "STATE_BLOCK:DC", "AI_DISCLOSURE", "SOMETHING_NEW"])
def test_an_obligation_without_words_refuses_the_mail(obligation: str) -> None:
    with pytest.raises(ObligationUnsatisfied) as caught:
        lines([obligation], Words(STOP))

    assert caught.value.extra == {"obligation": obligation}


def test_a_mail_that_carries_everything_is_satisfied() -> None:
    assert verify(lines(ASKED, Words(STOP)), **a_mail()) == ASKED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "broken",
    [
        {"text": f"{MINI_MIRANDA}\n{STOP}"},
        {"text": f"{MINI_MIRANDA}\n{OPT_OUT}"},
        {"html": f"<p>{MINI_MIRANDA}</p><p>{OPT_OUT}</p>"},
        {"html": f'<title>{MINI_MIRANDA}</title><p>{OPT_OUT}</p><a href="{STOP}">Stop</a>'},
        {"text": f"{OPT_OUT}\n{STOP}"},
        {"headers": {}},
        {"headers": {"List-Unsubscribe": f"<{STOP}>"}},
        {"headers": {**HEADERS, "List-Unsubscribe": "<https://elsewhere.example>"}},
    ],
)
def test_a_mail_that_lacks_a_line_a_link_or_a_header_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(ObligationUnsatisfied):
        verify(lines(ASKED, Words(STOP)), **a_mail(**broken))  # type: ignore[arg-type]


def test_a_first_party_may_not_call_itself_a_debt_collector() -> None:
    with pytest.raises(ContentRefused) as caught:
        refuse_false_role("first_party", f"Hello. {FROM_DEBT_COLLECTOR}")

    assert caught.value.extra == {"reason": "CONTENT_FALSE_ROLE"}
    refuse_false_role("third_party", FROM_DEBT_COLLECTOR)
