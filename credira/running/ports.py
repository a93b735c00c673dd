"""Ports on this machine."""

import socket

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether nothing listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port(wanted: int, *, taken: frozenset[int] = frozenset()) -> int:
    """``wanted``, or the next free port above it. Raises ``OSError`` when there is none within a hundred."""
    for port in range(wanted, wanted + 100):
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port from {wanted} to {wanted + 99}")
