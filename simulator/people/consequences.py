"""What people do after a call: keep what they promised, or not, and remember what they told us."""

import random
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import aiohttp

from simulator.people import directory
from simulator.people.conversation import Conversation, Promise
from simulator.people.directory import Person
from simulator.world import Workspace, World

PAYING_HOUR = time(17, 30, tzinfo=UTC)  # within the business day of every US zone
CENT = Decimal("0.01")


def of_call(world: World, workspace: Workspace, person: Person, conversation: Conversation) -> None:
    """Note what was said and promised; plan the payment."""
    now = workspace.now()
    for what in conversation.told:
        directory.tell(world, workspace, person.ref, what, "call", now)
    promise = conversation.promise
    if promise is not None and not _has_promised(world, workspace, person, promise.account):
        plan_payment(world, workspace, person, promise)


def plan_payment(world: World, workspace: Workspace, person: Person, promise: Promise) -> None:
    """Decide by seed whether this promise is kept, kept in part, or broken."""
    money = person.persona.money
    # By the account's reference: its id is another one each time the same file is placed.
    named = next((one.reference for one in person.accounts if one.id == promise.account), "") or promise.account
    chance = random.Random(f"{workspace.config.seed}|promise|{person.ref}|{named}|{promise.due_on}")
    intent = "kept" if chance.random() < money.kept else "partly" if chance.random() < money.partly else "broken"
    number = world.store.insert(
        "promises",
        sid=workspace.sid,
        person=person.ref,
        account=promise.account,
        amount=str(promise.amount),
        due_on=promise.due_on.isoformat(),
        made_at=workspace.now(),
        intent=intent,
        state="open",
    )
    if intent == "broken":
        return
    late = timedelta(days=0 if intent == "kept" else chance.randint(1, 4))
    paid = promise.amount if intent == "kept" else (promise.amount / 2).quantize(CENT, ROUND_HALF_UP)
    world.schedule(
        workspace,
        "pay",
        max(paying_time(promise.due_on + late), workspace.after(600)),
        subject=person.ref,
        person=person.ref,
        account=promise.account,
        amount=str(paid),
        key=f"promise-{number}",
        promise=number,
    )


def _has_promised(world: World, workspace: Workspace, person: Person, account: str) -> bool:
    """Nobody pays twice for having been asked twice."""
    sql = "SELECT 1 FROM promises WHERE sid = ? AND person = ? AND account = ? AND state = 'open' AND due_on >= ?"
    today = datetime.fromtimestamp(workspace.now(), UTC).date().isoformat()
    return world.store.one(sql, workspace.sid, person.ref, account, today) is not None


def paying_time(day: date) -> float:
    return datetime.combine(day, PAYING_HOUR).timestamp()


async def pay(world: World, workspace: Workspace, data: dict[str, Any]) -> None:
    """The act ``pay``: through the product's API, never more than is owed as far as the person knows."""
    person = directory.get(world, workspace, data["person"])
    product = workspace.config.product
    account = next((one for one in person.accounts if one.id == data["account"]), None) if person else None
    amount = min(Decimal(data["amount"]), account.balance) if account else Decimal(0)
    if amount <= 0:
        return
    status, answer = await _post(product, data["account"], amount, f"{workspace.sid}-{data['key']}")
    world.store.insert(
        "payments",
        sid=workspace.sid,
        person=data["person"],
        account=data["account"],
        amount=str(amount),
        at=workspace.now(),
        status=status,
        answer=answer[:2000],
    )
    if status is not None and 200 <= status < 300:
        directory.change_balance(world, workspace, data["person"], data["account"], amount)
        if data.get("promise"):
            kept = "kept" if amount >= _promised(world, data["promise"]) else "partly"
            world.store.update("promises", {"id": data["promise"]}, state=kept)


def _promised(world: World, number: int) -> Decimal:
    row = world.store.one("SELECT amount FROM promises WHERE id = ?", number)
    return Decimal(row["amount"]) if row else Decimal(0)


async def _post(product: dict[str, Any], account: str, amount: Decimal, key: str) -> tuple[int | None, str]:
    base = str(product.get("base_url", "")).rstrip("/")
    if not base:
        return None, "no product told (PUT /control/config)"
    headers = {
        "Authorization": f"Bearer {product.get('api_key', '')}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    # The amount is written as the number it is: no float on the way.
    body = f'{{"account_id": "{account}", "amount": {amount}, "payment_method": "card"}}'
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15)) as session,
            session.post(f"{base}/v1/sandbox/payments", data=body.encode(), headers=headers) as response,
        ):
            return response.status, await response.text()
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        return None, type(error).__name__
