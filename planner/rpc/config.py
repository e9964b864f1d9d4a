"""Settings of the server."""

from dataclasses import dataclass

MAX_MESSAGE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where the server listens and what it takes.

    Attributes:
        host: Loopback unless told otherwise: nothing is encrypted or asked for.
        port: 0 takes a free one.
        max_message_bytes: Largest message in either direction.
        max_sessions: Most calls of `Plan` and `Execute` at one time.
        kept_plans: Plans whose maps `GetValueMap` can still send.
        idle_timeout: A session ends when no observation comes for this long, [s].
        session_limit: A session ends after this long in any case, [s].
        plan_limit: A `Plan` call ends after this long, [s].
        stop_limit: Time for the arm to come to rest after a cancel, [s].
        shutdown_grace: Time for calls to end when the server stops, [s].
    """

    host: str = "127.0.0.1"
    port: int = 50051
    max_message_bytes: int = MAX_MESSAGE_BYTES
    max_sessions: int = 8
    kept_plans: int = 16
    idle_timeout: float = 30.0
    session_limit: float = 900.0
    plan_limit: float = 120.0
    stop_limit: float = 5.0
    shutdown_grace: float = 5.0
