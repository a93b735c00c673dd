"""A tiny product: answers the carrier with TwiML, takes webhooks and payments, shows pages with forms.

Runs aiohttp in a thread of its own; what it received is in its lists.
"""

import asyncio
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit
from xml.sax.saxutils import escape

from aiohttp import web
from twilio.request_validator import RequestValidator

DISCLOSED = "Hello, I'm an automated assistant. This call is recorded."
ASK_NAME = "May I please speak with Jane Doe?"
ASK_PROOF = "Thank you. Please say or key in the last four digits of your Social Security number, or your ZIP code."
STATE_DEBT = (
    "This is an attempt to collect a debt by a debt collector. Your balance with Sample Federal CU is $3,255.82. "
    "Are you able to take care of that today?"
)
ASK_WHEN = "How much could you pay, and on what date?"
ENDINGS = {
    "stop": "I understand. We will stop contacting you. Goodbye.",
    "wrong number": "I'm sorry for the trouble. Goodbye.",
    "nobody": "I'm sorry for the trouble. Goodbye.",
    "don't know any": "I'm sorry for the trouble. Goodbye.",
    "bankruptcy": "Thank you for letting us know. Goodbye.",
    "chapter": "Thank you for letting us know. Goodbye.",
    "dispute": "I've recorded that you dispute this. Goodbye.",
    "lawyer": "We'll contact your attorney. Goodbye.",
    "attorney": "We'll contact your attorney. Goodbye.",
}


@dataclass
class Product:
    token: str = ""
    base: str = ""
    calls: list[dict[str, Any]] = field(default_factory=list)  # every signed request: path, params, valid
    hooks: list[dict[str, Any]] = field(default_factory=list)  # mail and print webhooks
    payments: list[dict[str, Any]] = field(default_factory=list)
    visits: list[dict[str, Any]] = field(default_factory=list)
    dialogue: Callable[[dict[str, str], int], str] | None = None
    hook_status: int = 200

    def statuses(self, sid: str | None = None) -> list[str]:
        """The statuses told by callbacks, in order of arrival."""
        return [
            one["params"]["CallStatus"]
            for one in self.calls
            if one["path"].startswith("/status")
            and "CallStatus" in one["params"]
            and sid in (None, one["params"]["CallSid"])
        ]

    def voice_url(self, call: str, step: int = 0) -> str:
        return f"{self.base}/voice?call={quote(call)}&step={step}"

    def status_url(self, call: str) -> str:
        return f"{self.base}/status/{quote(call)}"

    # Routes

    async def voice(self, request: web.Request) -> web.Response:
        params = await self._signed(request)
        step = int(request.query["step"])
        speak = self.dialogue or (lambda given, number: self.collect(given, number, request.query["call"]))
        return web.Response(text=speak(params, step), content_type="text/xml")

    async def status(self, request: web.Request) -> web.Response:
        await self._signed(request)
        return web.Response(status=204)

    async def hook(self, request: web.Request) -> web.Response:
        self.hooks.append(
            {
                "path": request.path,
                "json": await request.json(),
                "headers": dict(request.headers),
                "raw": await request.read(),
            }
        )
        return web.Response(status=self.hook_status)

    async def payment(self, request: web.Request) -> web.Response:
        self.payments.append({"json": await request.json(), "headers": dict(request.headers)})
        return web.json_response({"success": True}, status=201)

    async def page(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if request.method == "POST":
            form = dict(await request.post())
            self.visits.append({"page": name, "form": form, "cookie": request.cookies.get("csrf")})
            return web.Response(text="<p>Done.</p>", content_type="text/html")
        answer = web.Response(text=PAGES[name], content_type="text/html")
        answer.set_cookie("csrf", "abc")
        return answer

    def collect(self, params: dict[str, str], step: int, call: str) -> str:
        """A collector of five sentences."""
        said = (params.get("SpeechResult") or params.get("Digits") or "").lower()
        if params.get("AnsweredBy", "").startswith("machine"):
            return twiml(say("This is Sam. Please call us back."), "<Hangup/>")
        ending = next((text for word, text in ENDINGS.items() if word in said), None)
        if ending:
            return twiml(say(ending), "<Hangup/>")
        if step == 0:
            return twiml(say(DISCLOSED), self.gather(ASK_NAME, call, 1))
        if step == 1:
            return twiml(self.gather(ASK_PROOF, call, 2))
        if step == 2:
            return twiml(self.gather(STATE_DEBT, call, 3))
        if step == 3:
            figure = re.search(r"\$[\d,.]*\d", said)
            if figure is None:
                return twiml(self.gather(ASK_WHEN, call, 3))
            return twiml(self.gather(f"Just to confirm: {figure.group()} then. Is that correct?", call, 4))
        return twiml(say("Thank you. I've noted that. Goodbye."), "<Hangup/>")

    def gather(self, prompt: str, call: str, step: int) -> str:
        action = escape(self.voice_url(call, step), {'"': "&quot;"})
        return (
            f'<Gather input="speech dtmf" action="{action}" timeout="6" actionOnEmptyResult="true">'
            f"{say(prompt)}</Gather>"
        )

    async def _signed(self, request: web.Request) -> dict[str, str]:
        params = {name: str(value) for name, value in (await request.post()).items()}
        url = f"{self.base}{request.raw_path}"
        signature = request.headers.get("X-Twilio-Signature", "")
        valid = RequestValidator(self.token).validate(url, params, signature)
        self.calls.append({"path": request.path, "query": dict(request.query), "params": params, "valid": valid})
        return params


PAGES = {
    "stop": """<form method="post"><input type="hidden" name="csrf" value="abc">
        <label><input type="radio" name="scope" value="calls" checked> Stop calls</label>
        <label><input type="radio" name="scope" value="all"> Stop all contact</label>
        <button name="go" value="stop">Stop</button></form>""",
    "notice": """<form method="post" action="/c/search"><input name="q"></form>
        <form method="post" action="/c/notice"><input type="hidden" name="csrf" value="abc">
        <label for="d">I want to dispute the debt because</label>
        <input type="checkbox" id="d" name="dispute" value="yes">
        <label>More <textarea name="explanation"></textarea></label>
        <button>Send</button></form>""",
}


def say(text: str) -> str:
    return f"<Say>{escape(text)}</Say>"


def twiml(*verbs: str) -> str:
    return f"<?xml version='1.0' encoding='UTF-8'?><Response>{''.join(verbs)}</Response>"


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query)


def run(product: Product) -> Callable[[], None]:
    """Serve it on a free port in a thread; the answer stops it."""
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    runner: web.AppRunner

    async def start() -> None:
        nonlocal runner
        app = web.Application()
        app.router.add_route("*", "/voice", product.voice)
        app.router.add_post("/status/{call:.*}", product.status)
        app.router.add_post("/hooks/{name}", product.hook)
        app.router.add_post("/v1/sandbox/payments", product.payment)
        app.router.add_route("*", "/c/{name}", product.page)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        product.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        ready.set()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    ready.wait(5)

    def stop() -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)

    return stop
