"""The caches of this process."""

from phlo_api.schemas import system as wire
from phlo_api.schemas.common import Done
from phlo_api.state import Api


def stats(api: Api) -> wire.CacheStats:
    """Return what the caches hold."""
    return wire.CacheStats(
        items=[
            wire.CacheEntry(
                name=cache.name,
                description=cache.description,
                entries=len(cache),
                limit=cache.limit,
                hits=cache.hits,
                misses=cache.misses,
            )
            for cache in api.caches.all()
        ]
    )


def clear(api: Api) -> Done:
    """Empty the caches."""
    count = sum(cache.clear() for cache in api.caches.all())
    return Done(done=f"{count} cached values are forgotten")
