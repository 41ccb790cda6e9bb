"""Who is asking, and signing a browser in."""

from fastapi import Request, Response

from phlo_api.errors import Unauthorised
from phlo_api.safety.keys import COOKIE, is_key, method_of, token_of
from phlo_api.schemas import system as wire
from phlo_api.schemas.common import Done
from phlo_api.state import Api

_DAYS = 30


def who(api: Api, request: Request) -> wire.WhoAmI:
    """Say who is asking."""
    method = method_of(request.scope, api.serving)
    return wire.WhoAmI(
        name=api.project.author,
        verified=method != "none",
        required=api.serving.key_required,
        method=method,
    )


def sign_in(api: Api, key: str, request: Request, response: Response) -> wire.WhoAmI:
    """Give a browser a cookie for a key; the cookie is not the key."""
    if not is_key(key, api.serving):
        raise Unauthorised("this is not a key of this process", fix="ask whoever started it")
    response.set_cookie(
        COOKIE,
        token_of(key),
        max_age=_DAYS * 86_400,
        path=f"{api.serving.base_path}/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    required = api.serving.key_required
    return wire.WhoAmI(name=api.project.author, verified=True, required=required, method="session")


def sign_out(response: Response) -> Done:
    """Take the cookie of a browser away."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return Done(done="you are signed out")
