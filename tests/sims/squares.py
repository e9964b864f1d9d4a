"""Jobs for the tests of executors; light, since every worker imports it."""

import os
from contextlib import contextmanager

from planner.errors import InvalidRequestError


@contextmanager
def squares(refusing=-1, dying=-1):
    def work(job):
        if job == refusing:
            raise InvalidRequestError(f"no square of {job}")
        if job == dying:
            os._exit(1)
        return job * job, os.getpid()

    yield work
