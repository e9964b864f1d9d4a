"""The boundary where errors become statuses; nothing crosses it as a traceback."""

# The handler tuples of grpc are untyped where they are built anew.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import logging
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import grpc

from perception.errors import PerceptionError
from planner.errors import PlanningError
from planner.rpc.service_types import Context
from planner.rpc.status import Failure, failure_of, unexpected

log = logging.getLogger(__name__)

Handler = Any  # grpc.RpcMethodHandler, generic in the stubs and not at run time
Behaviour = Callable[[Any, Context], Awaitable[Any]]


class ErrorInterceptor(grpc.aio.ServerInterceptor):
    """Answers every error of a service with a code, a reason and a sentence."""

    def __init__(self, service: str):
        self._prefix = f"/{service}/"

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Handler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """Wrap the handlers of the service; leave health and reflection alone."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or not method.startswith(self._prefix):
            return handler
        for kind, build in _BUILDERS.items():
            behaviour = getattr(handler, kind)
            if behaviour is not None:
                return build(
                    _guarded(behaviour, method),
                    request_deserializer=handler.request_deserializer,
                    response_serializer=handler.response_serializer,
                )
        return handler


_BUILDERS: dict[str, Callable[..., Handler]] = {
    "unary_unary": grpc.unary_unary_rpc_method_handler,
    "unary_stream": grpc.unary_stream_rpc_method_handler,
    "stream_stream": grpc.stream_stream_rpc_method_handler,
}


def _guarded(behaviour: Behaviour, method: str) -> Behaviour:
    async def call(request: Any, context: Context) -> Any:
        try:
            return await behaviour(request, context)
        except (PlanningError, PerceptionError) as error:
            failure = failure_of(error)
            log.info("%s refused: %s: %s", method, failure.reason, failure.message)
            await _abort(context, failure)
        except grpc.aio.AbortError:
            raise
        except Exception:  # the boundary: logged, never sent
            request_id = uuid.uuid4().hex
            log.exception("%s failed, request %s", method, request_id)
            await _abort(context, unexpected(request_id))

    return call


async def _abort(context: Context, failure: Failure) -> None:
    await context.abort(failure.code, failure.message, failure.trailers())
