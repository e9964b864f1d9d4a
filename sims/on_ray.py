"""Jobs spread over a Ray cluster; the only module that talks to Ray.

Each worker is an actor with one core of its own, on whichever machine Ray puts it;
Voxfield must be installed there, in the same versions. Settings from the environment
are those of the machine a worker runs on. Nothing is reported to Ray's makers.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUntypedFunctionDecorator=false
# pyright: reportAttributeAccessIssue=false, reportMissingTypeArgument=false

import logging
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from socket import create_connection
from typing import Any

from planner.errors import MissingExtraError
from sims.errors import ClusterDiffersError, NoClusterError, WorkersLostError
from sims.executors import J, Opening, R
from sims.reports.provenance import versions

# Before Ray is imported; what it starts inherits it.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
try:
    import ray
    from ray.exceptions import RayActorError, RayTaskError
    from ray.util import ActorPool
except ModuleNotFoundError as error:
    raise MissingExtraError("ray", "ray") from error

RETRIES = 2  # of a job whose machine is lost: the same seed gives the same episode
CONNECT = 5.0  # [s] for the head to take a connection
LOCAL, AUTO = "local", "auto"


@dataclass(frozen=True, slots=True)
class OnRay:
    """Runs jobs on a cluster.

    Attributes:
        address: HOST:PORT of its head, `local` for one that is started here and ends
            with the run, or `auto` for one that runs already, else a local one.
        count: Workers at most; 0 takes as many as the cluster has cores.
    """

    address: str
    count: int = 0

    def run(
        self, opening: Opening[J, R], jobs: Sequence[J]
    ) -> Generator[R, None, None]:
        """Yield the result of each job as it is there.

        Raises:
            NoClusterError: None answers at the address.
            ClusterDiffersError: A machine has other versions installed.
            WorkersLostError: A worker died, and again when it was started anew.
        """
        if not jobs:
            return
        with opening():
            pass  # a wrong setting is told here and not by every worker
        with _cluster(self.address, self.count):
            cores = int(ray.cluster_resources().get("CPU", 1))
            count = min(self.count or cores, cores, len(jobs))
            workers: list[Any] = [_actor.remote(opening) for _ in range(count)]
            try:
                for worker in workers:
                    check_versions(ray.get(worker.versions.remote()))
                pool: Any = ActorPool(workers)
                yield from pool.map_unordered(_submit, jobs)
            except RayTaskError as failed:
                raise failed.cause from None  # as it was raised over there
            except RayActorError as lost:
                raise WorkersLostError(_first_line(lost)) from lost
            finally:
                for worker in workers:
                    ray.kill(worker)


def check_versions(there: Mapping[str, str]) -> None:
    """Return if a worker's machine has the versions that this one has.

    Raises:
        ClusterDiffersError: It does not.
    """
    here = versions()
    differing = {
        name: (here.get(name, ""), there.get(name, ""))
        for name in dict.fromkeys([*here, *there])
        if here.get(name) != there.get(name)
    }
    if differing:
        raise ClusterDiffersError(differing)


class _Worker:
    def __init__(self, opening: Opening[Any, Any]):
        self._open = ExitStack()
        self._work: Callable[[Any], Any] = self._open.enter_context(opening())

    def versions(self) -> dict[str, str]:
        return versions()

    def work(self, job: Any) -> Any:
        return self._work(job)


# Untyped on purpose: what Ray makes of a class has methods that its types do not tell.
_actor: Any = ray.remote(num_cpus=1, max_restarts=RETRIES, max_task_retries=RETRIES)(
    _Worker
)


def _submit(worker: Any, job: Any) -> Any:
    return worker.work.remote(job)


@contextmanager
def _cluster(address: str, count: int) -> Generator[None, None, None]:
    """Be connected to a cluster; one that was connected to before stays so."""
    if ray.is_initialized():
        yield
        return
    _connect(address, count)
    try:
        yield
    finally:
        ray.shutdown()


def _connect(address: str, count: int) -> None:
    if address not in (LOCAL, AUTO):
        _check_listening(address)
    if address != LOCAL:
        try:
            ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, ValueError, RuntimeError) as error:
            if address != AUTO:
                raise NoClusterError(address) from error
        else:
            return
    ray.init(
        LOCAL,
        num_cpus=count or None,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.ERROR,
        _node_ip_address="127.0.0.1",  # of no use to other machines
    )


def _check_listening(address: str) -> None:
    """Ask before Ray does, which takes two minutes to say no."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        with create_connection((host, int(port)), timeout=CONNECT):
            pass
    except (OSError, ValueError, OverflowError) as error:
        raise NoClusterError(address) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")
