"""The one client of Valkey: short timeouts, so that a dead broker costs a request half a second at most."""

import functools

import redis
from django.conf import settings


@functools.lru_cache(maxsize=1)
def client() -> redis.Redis:
    """A pooled client of ``REDIS_URL`` that answers bytes. Callers catch ``redis.RedisError`` and say what then."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
