import numpy as np

def edt(
    data: np.ndarray,
    anisotropy: tuple[float, ...] | None = None,
    black_border: bool = False,
    order: str = "K",
    parallel: int = 1,
) -> np.ndarray: ...
