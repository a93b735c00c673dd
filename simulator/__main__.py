"""``SIMULATOR_SECRET=… python -m simulator --host 127.0.0.1 --port 8100 --db .local/simulator.db``"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from pathlib import Path

from aiohttp import web

from simulator.app import build


async def serve(host: str, port: int, db: Path, secret: str) -> None:
    """Serve until SIGINT or SIGTERM; says where it listens once it does."""
    runner = web.AppRunner(build(db, secret), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    bound = runner.addresses[0]
    sys.stdout.write(f"simulator listening on http://{bound[0]}:{bound[1]}\n")
    sys.stdout.flush()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await runner.cleanup()


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulator", description="The sandbox's world.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 takes any free port")
    parser.add_argument("--db", type=Path, default=Path(".local/simulator.db"))
    options = parser.parse_args()
    secret = os.environ.get("SIMULATOR_SECRET", "")
    if not secret:
        sys.stderr.write("SIMULATOR_SECRET is not set: the workspaces' credentials are derived from it.\n")
        return 2
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    options.db.parent.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(options.host, options.port, options.db, secret))
    return 0


if __name__ == "__main__":
    sys.exit(main())
