"""Why a load failed, in words a person can act on."""

from phlo.errors import BadData, PhloError, SourceFailed

_TRANSIENT = (ConnectionError, TimeoutError, OSError)
_TRANSIENT_NAMES = {"RequestException", "HTTPError", "PoolTimeout", "TransportError"}


def source_failure(error: BaseException, origin: str, rows: int) -> PhloError:
    """Translate what a source raised, however deep the framework wrapped it.

    A ``PhloError`` stays what it is, a failure of network or file system becomes ``SourceFailed``
    (a retry may help), anything else ``BadData`` that names the error of the user's code.
    """
    chain = _chain(error)
    for link in chain:
        if isinstance(link, PhloError):
            return link
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


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in found:
        found.append(link)
        link = link.__cause__ or link.__context__
    return found


def _is_framework(error: BaseException) -> bool:
    return type(error).__module__.partition(".")[0] == "dlt"


def _is_transient(error: BaseException) -> bool:
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, _TRANSIENT) or bool(names & _TRANSIENT_NAMES)
