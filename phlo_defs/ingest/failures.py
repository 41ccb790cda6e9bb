"""Why a load failed, in words a person can act on."""

from phlo.errors import BadData, PhloError, SourceFailed, causes_of
from phlo.store import disk_full

_TRANSIENT = (ConnectionError, TimeoutError, OSError)
_TRANSIENT_NAMES = {"RequestException", "HTTPError", "PoolTimeout", "TransportError"}


def source_failure(error: BaseException, origin: str, rows: int) -> PhloError:
    """Translate what a source raised, however deep the framework wrapped it.

    A ``PhloError`` stays what it is, a failure of network or file system becomes ``SourceFailed``
    (a retry may help), anything else ``BadData`` that names the error of the user's code.
    """
    chain = causes_of(error)
    for link in chain:
        if isinstance(link, PhloError):
            return link
    full = disk_full(error)
    if full is not None:
        return full
    cause = next((link for link in chain if not _is_framework(link)), chain[-1])
    text = f"{type(cause).__name__}: {cause}".strip().rstrip(":")
    if any(_is_transient(link) for link in chain):
        return SourceFailed(
            f"{origin} failed after {rows} rows with {text}",
            fix="nothing of this load was published: run it again when the source answers",
        )
    return BadData(
        f"{origin} raised {text} after {rows} rows",
        fix="correct the function or its source; the traceback is in the run's log",
    )


def _is_framework(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] == "dlt"


def _is_transient(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, _TRANSIENT) or bool(names & _TRANSIENT_NAMES)
