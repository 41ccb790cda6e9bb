"""Ports to listen on: a default that is taken moves, one that was asked for does not."""

import errno
import socket
from dataclasses import dataclass

from phlo.errors import Conflict, InvalidInput

_TRIES = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """A port for something; ``is_explicit`` means somebody asked for this one."""

    what: str
    port: int
    is_explicit: bool = False


@dataclass(frozen=True, slots=True)
class Listening:
    """A bound socket; ``moved_from`` is the port that was taken."""

    what: str
    socket: socket.socket
    port: int
    moved_from: int | None = None


def listen(host: str, wish: Wish) -> Listening:
    """Bind a port for a wish; a default that is taken gives way to the next that is free.

    Raises:
        Conflict: The port that was asked for is taken, or none is free.
        InvalidInput: The host cannot be listened on.
    """
    for step in range(1 if wish.is_explicit else _TRIES):
        port = wish.port + step
        found = _bound(host, port)
        if found is not None:
            return Listening(wish.what, found, port, wish.port if step else None)
    raise Conflict(
        f"port {wish.port} of {host} is taken, so {wish.what} cannot have it",
        fix=f"stop what has it, or choose another port for {wish.what}",
    )


def _bound(host: str, port: int) -> socket.socket | None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as cause:
        raise InvalidInput(
            f"{host!r} is no address of this machine", fix="use 127.0.0.1"
        ) from cause
    found = socket.socket(family, kind, protocol)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(address)
        found.listen(128)
    except OSError as cause:
        found.close()
        if cause.errno in {errno.EADDRINUSE, errno.EACCES}:
            return None
        raise InvalidInput(
            f"{host}:{port} cannot be listened on: {cause}", fix="use 127.0.0.1"
        ) from cause
    return found
