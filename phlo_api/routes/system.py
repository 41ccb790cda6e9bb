"""Services, plugins, settings, caches, configuration, sign-in."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from phlo_api.deps import ApiState
from phlo_api.schemas import system as wire
from phlo_api.schemas.common import Done
from phlo_api.views import caches, plugins, services, sessions, settings

router = APIRouter(prefix="/api", tags=["system"])


@router.get("/services")
def list_services(api: ApiState) -> wire.ServiceList:
    """List what runs in this process and on this machine."""
    return services.list_all(api)


@router.get("/services/{name}")
def get_service(api: ApiState, name: Annotated[str, Path(max_length=100)]) -> wire.Service:
    """Describe one service."""
    return services.get(api, name)


@router.get("/plugins")
def list_plugins(api: ApiState) -> wire.PluginList:
    """List what is installed on top of phlo."""
    return plugins.list_all(api)


@router.get("/settings")
def get_settings(api: ApiState) -> wire.Settings:
    """Return every setting with its schema; secrets are masked."""
    return settings.list_all(api)


@router.get("/config")
def get_config(api: ApiState) -> wire.Config:
    """Return the project as it was resolved; secrets are masked."""
    return settings.config(api)


@router.get("/cache")
def get_caches(api: ApiState) -> wire.CacheStats:
    """Return what the caches of this process hold."""
    return caches.stats(api)


@router.delete("/cache")
def clear_caches(api: ApiState) -> Done:
    """Empty the caches of this process; nothing but speed is lost."""
    return caches.clear(api)


@router.get("/auth")
def who_am_i(api: ApiState, request: Request) -> wire.WhoAmI:
    """Say who is asking."""
    return sessions.who(api, request)


@router.post("/auth")
def sign_in(api: ApiState, body: wire.SignIn, request: Request, response: Response) -> wire.WhoAmI:
    """Sign a browser in with a key; it gets a cookie that no script can read."""
    return sessions.sign_in(api, body.key, request, response)


@router.delete("/auth")
def sign_out(response: Response) -> Done:
    """Sign a browser out."""
    return sessions.sign_out(response)
