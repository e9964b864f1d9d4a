"""Where the jobs of a benchmark run: in this process, in several, or on a cluster.

`J` is a job and `R` its result; both travel between processes, as does the `Opening`
that makes a worker: what it opens (models, a sandbox) lives as long as the worker.
"""

import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any, Protocol, TypeVar, runtime_checkable

from sims.errors import WorkersLostError

J = TypeVar("J")
R = TypeVar("R")
Opening = Callable[[], AbstractContextManager[Callable[[J], R]]]


@runtime_checkable
class Executor(Protocol):
    """Runs jobs somewhere."""

    def run(self, opening: Opening[J, R], jobs: Sequence[J]) -> Iterator[R]:
        """Yield the result of each job as soon as it is there, in any order.

        Raises:
            WorkersLostError: A worker died; what was yielded before still counts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Here:
    """Runs them one after another in this process."""

    def run(
        self, opening: Opening[J, R], jobs: Sequence[J]
    ) -> Generator[R, None, None]:
        """Yield the result of each job, in order."""
        if not jobs:
            return
        with opening() as work:
            for job in jobs:
                yield work(job)


@dataclass(frozen=True, slots=True)
class Processes:
    """Runs them in processes of this machine.

    Attributes:
        count: How many, at most.
    """

    count: int

    def run(
        self, opening: Opening[J, R], jobs: Sequence[J]
    ) -> Generator[R, None, None]:
        """Yield the result of each job as it is there."""
        if not jobs:
            return
        with opening():
            pass  # a wrong setting is told here; a pool would only say that it broke
        # Spawned, not forked: a fork would copy the threads of gRPC and the sandbox.
        pool = ProcessPoolExecutor(
            min(self.count, len(jobs)),
            mp_context=get_context("spawn"),
            initializer=_start_worker,
            initargs=(opening,),
        )
        try:
            for future in as_completed([pool.submit(_work, job) for job in jobs]):
                yield future.result()
        except BrokenProcessPool as error:
            raise WorkersLostError("a process was killed") from error
        finally:
            pool.shutdown(cancel_futures=True)  # what runs may end


_works: list[Callable[[Any], Any]] = []
_open = ExitStack()  # as long as the worker process lives


def _start_worker(opening: Opening[Any, Any]) -> None:
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _works.append(_open.enter_context(opening()))


def _end_with_parent() -> None:
    """End this worker when the run is killed; it would wait for jobs for ever."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _work(job: Any) -> Any:
    return _works[0](job)


def executor_for(workers: int, ray: str = "") -> Executor:
    """Return what runs jobs in so many workers.

    Args:
        workers: How many; 0 takes one a core, of the cluster where there is one.
        ray: Address of a Ray cluster, `auto` or `local`; none if empty.

    Raises:
        MissingExtraError: Ray is asked for and not installed.
    """
    if ray:
        from sims.on_ray import OnRay  # noqa: PLC0415  an extra

        return OnRay(ray, workers)
    count = workers or os.cpu_count() or 1
    return Here() if count == 1 else Processes(count)
