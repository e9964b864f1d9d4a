import numpy as np

def dijkstra(
    data: np.ndarray,
    source: tuple[int, ...],
    target: tuple[int, ...],
    bidirectional: bool = False,
    connectivity: int = 26,
    compass: bool = False,
    compass_norm: float = -1,
    line_preference_weight: float = 0,
    voxel_graph: np.ndarray | None = None,
    anisotropy: tuple[float, ...] | None = None,
) -> np.ndarray: ...
