"""The narrowest telephone, 360 px wide: pages with long names and ids fit."""

from accounts import events
from audit.services import record
from credira.tenancy.scope import bind
from tests.browser.conftest import OpenAs
from tests.house import House
from webhooks import services
from webhooks.lanes import Lane
from webhooks.models import Delivery


def test_a_delivery_fits_the_narrowest_telephone(house: House, open_as: OpenAs) -> None:
    with bind(house.sandbox) as workspace:
        services.create_endpoint(workspace=workspace, url="http://127.0.0.1:9/hook")
        record(workspace, events.PLACEMENT_COMPLETED, data={})
        delivery = Delivery.objects.get()
    Lane().run()
    page = open_as(house.alice, width=360)

    page.goto(f"/w/{house.sandbox.slug}/webhooks/deliveries/{delivery.public_id}")

    assert page.locator("h1").inner_text() == "placement.completed"
    wide = page.evaluate("""[...document.querySelectorAll('body *')]
        .filter(each => each.getBoundingClientRect().right > 361 && !each.closest('.c-scroll'))
        .map(each => each.outerHTML.slice(0, 120))""")
    assert page.evaluate("document.documentElement.scrollWidth") == 360, wide
