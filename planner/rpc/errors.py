"""What the service itself refuses, before or beside the planner."""

from planner.errors import InvalidRequestError, PlanningError


class RequestError(InvalidRequestError):
    """A message that does not fit the protocol."""

    stage = "request"
    reason = "INVALID_MESSAGE"


class NotOpenedError(RequestError):
    """`Execute` began with something other than `open`, or opened twice."""

    reason = "NOT_OPENED"


class UnknownPlanError(RequestError):
    """No maps are kept under this name, or not for this sub-task.

    Attributes:
        plan_id: What was asked for.
    """

    reason = "UNKNOWN_PLAN"

    def __init__(self, message: str, plan_id: str):
        self.plan_id = plan_id
        super().__init__(message)


class UnknownLayerError(RequestError):
    """The sub-task has no such map.

    Attributes:
        available: The maps it has.
    """

    reason = "UNKNOWN_LAYER"

    def __init__(self, message: str, available: tuple[str, ...]):
        self.available = available
        super().__init__(message)


class InvalidRegionError(RequestError):
    """The region of interest holds no voxel."""

    reason = "INVALID_REGION"


class TooManySessionsError(RequestError):
    """The server is at its limit of plans and sessions.

    Attributes:
        max_sessions: The limit.
    """

    reason = "TOO_MANY_SESSIONS"

    def __init__(self, max_sessions: int):
        self.max_sessions = max_sessions
        super().__init__(
            f"{max_sessions} plans and sessions run already; try again when one ends"
        )


class SessionTimeError(PlanningError):
    """A session went quiet, or lasted longer than it may."""

    stage = "time"
    reason = "SESSION_TIME"


class CannotListenError(PlanningError):
    """The server cannot listen where it was told to.

    Attributes:
        host: The address.
        port: At it.
    """

    stage = "request"
    reason = "CANNOT_LISTEN"

    def __init__(self, host: str, port: int):
        self.host = host
        self.port = port
        super().__init__(
            f"cannot listen on {host}:{port}: the port is taken or the host is not "
            "of this machine; choose another --port (0 takes a free one) or --host"
        )
