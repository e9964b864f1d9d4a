"""Shapes and types in signatures are checked while the tests run."""

import os

# As the command has it: gRPC's handlers of forks write into ffmpeg's pipes.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")

from jaxtyping import install_import_hook

install_import_hook(["perception", "planner", "sims"], "beartype.beartype")
