"""The simulator's own pages."""

from aiohttp import web

routes = web.RouteTableDef()


@routes.get("/")
async def home(request: web.Request) -> web.Response:
    return web.Response(text="simulator")
