"""Failures that only the API knows."""

from phlo.errors import Conflict, InvalidInput, NotFound, PhloError


class PartitionNotFound(NotFound):
    """The asset has no partition of this key."""

    code = "partition-not-found"
    noun = "partition"


class RowNotFound(NotFound):
    """The table has no row of this id."""

    code = "row-not-found"
    noun = "row"


class QueryNotFound(NotFound):
    """No query of this id ran in this process."""

    code = "query-not-found"
    noun = "query"
    first = "run a statement"


class SavedQueryNotFound(NotFound):
    """No query of this id is saved in the lake."""

    code = "saved-query-not-found"
    noun = "saved query"
    first = "save one"


class ScheduleNotFound(NotFound):
    """No schedule or sensor has this name."""

    code = "schedule-not-found"
    noun = "schedule or sensor"
    first = "declare one, such as schedule= of @phlo.ingestion"


class BackfillNotFound(NotFound):
    """No backfill has this id."""

    code = "backfill-not-found"
    noun = "backfill"
    first = 'start one with "phlo backfill"'


class ServiceNotFound(NotFound):
    """No service has this name."""

    code = "service-not-found"
    noun = "service"


class RouteNotFound(NotFound):
    """No route has this path."""

    code = "route-not-found"
    noun = "path"


class ExecutionNotFound(NotFound):
    """The check was never run like this."""

    code = "execution-not-found"
    noun = "execution"


class MethodNotAllowed(PhloError):
    """The path does not take this method."""

    code = "method-not-allowed"
    http_status = 405


class MalformedRequest(InvalidInput):
    """The request cannot be read."""

    code = "malformed-request"
    http_status = 400


class InvalidRequest(InvalidInput):
    """The request does not have the shape of its route."""

    code = "invalid-request"


class TooDeep(InvalidInput):
    """The body is nested too deeply."""

    code = "too-deep"


class BodyTooLarge(PhloError):
    """The body is larger than is read."""

    code = "body-too-large"
    http_status = 413


class HeadersTooLarge(PhloError):
    """The headers are larger than is read."""

    code = "headers-too-large"
    http_status = 431


class UnsupportedBody(PhloError):
    """The body is not JSON."""

    code = "unsupported-body"
    http_status = 415


class HostRefused(PhloError):
    """The request names a host that this process does not answer for."""

    code = "host-refused"
    http_status = 421


class OriginRefused(PhloError):
    """Another site asked to change something."""

    code = "origin-refused"
    http_status = 403


class Unauthorised(PhloError):
    """The request carries no key, or a wrong one."""

    code = "unauthorised"
    http_status = 401


class TookTooLong(PhloError):
    """The answer was not there in time."""

    code = "took-too-long"
    http_status = 504


class WrongState(Conflict):
    """What was asked does not fit the state of the run."""

    code = "wrong-state"


class LaunchRefused(InvalidInput):
    """Dagster does not take the run as it was asked for."""

    code = "launch-refused"


class DagsterFailed(PhloError):
    """Dagster failed at something it should be able to do."""

    code = "dagster-failed"


class LocationBroken(PhloError):
    """The code location could not be loaded, so nothing can be launched."""

    code = "location-broken"
    http_status = 503


class UnexpectedFailure(PhloError):
    """A fault of phlo itself."""

    code = "unexpected"
