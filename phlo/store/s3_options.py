"""How a bucket is reached, as the variables say that every client of S3 reads."""

from phlo.config.environment import Environment
from phlo.errors import InvalidInput

_VARIABLES = {
    "endpoint": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "access_key_id": ("AWS_ACCESS_KEY_ID",),
    "secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
    "session_token": ("AWS_SESSION_TOKEN",),
}
_NEEDED = ("access_key_id", "secret_access_key")


def s3_options(url: str, environment: Environment) -> dict[str, str]:
    """Return the options of ``S3Store`` that an environment gives.

    Raises ``InvalidInput`` if it gives no keys, or an endpoint that is no address.

    Source: AWS SDKs and Tools Reference Guide, "Environment variables" and "Service-specific
    endpoints", whose order of names this is.
    """
    found = {
        option: value
        for option, names in _VARIABLES.items()
        if (value := next(filter(None, map(environment.get, names)), None))
    }
    for option in _NEEDED:
        if option not in found:
            name = _VARIABLES[option][0]
            raise InvalidInput(
                f"{url} needs keys, and {name} is not set",
                fix=f"add {name}=… to .env beside phlo.yaml, or export it before starting phlo",
            )
    endpoint = found.get("endpoint", "")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise InvalidInput(
            f"the endpoint {endpoint!r} of {url} is no address",
            fix="write AWS_ENDPOINT_URL as https://host or http://host:port",
        )
    return found
