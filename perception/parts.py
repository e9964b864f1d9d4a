"""Clusters that belong together: caps on buttons, fronts and handles on drawers.

A cluster has one colour, a thing may have several. What is merged and what stays
a part with a parent is decided from geometry alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Int
from scipy.spatial import cKDTree

from perception.frames import Points, Vec3
from perception.fronts import front_normal
from perception.point_cloud import within
from perception.shapes import Geometry, measure

TOUCHING = 0.02  # [m] gap that sparse pixels leave between parts that touch
BUTTON_BASE_HEIGHT = 0.035  # [m]
BUTTON_BASE_SQUAT = 0.5  # its height over its width, at most
BUTTON_BASE_WIDEST = 0.12  # [m] a wider one is a plate, whatever lies on it
CABINET_SIDE = 0.12  # [m] least of its two longest sides
TRAY_SIDE = 0.18  # [m]
HANDLE_LENGTH = 0.25  # [m]
HANDLE_THICK = 0.12  # [m] across, with what it stands off

ALONG_CELL, OFF_CELL = 0.01, 0.006  # [m]
BAR_FILL = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Cluster:
    """Points of one colour that are connected.

    Attributes:
        rows: (n,) their rows in the cloud.
        points_world: (n, 3) [m].
        normal: (3,) unit mean of their normals; of a part and of what it stands on,
            that of the side it stands on.
        colour: Colour word.
        geometry: Their measures.
        shape: Shape word.
        parent: Which of the clusters, by number, this is a part of.
    """

    rows: Int[np.ndarray, "n"]
    points_world: Points
    normal: Vec3
    colour: str
    geometry: Geometry
    shape: str
    parent: int | None = None


def assemble(clusters: Sequence[Cluster]) -> list[Cluster]:
    """Return the things that the clusters make up, each with its shape word."""
    return _one_handle_each(_with_drawers(_with_buttons(list(clusters))))


def _with_buttons(clusters: list[Cluster]) -> list[Cluster]:
    taken: set[int] = set()
    buttons: list[Cluster] = []
    for i, base in enumerate(clusters):
        caps = [j for j, cap in enumerate(clusters) if j != i and _caps(base, cap)]
        if len(caps) == 1:
            cap = clusters[caps[0]]
            merged = _merge(cap, base)
            buttons.append(replace(merged, shape="button"))
            taken |= {i, caps[0]}
    return buttons + [c for i, c in enumerate(clusters) if i not in taken]


def _caps(base: Cluster, cap: Cluster) -> bool:
    """Say whether `cap` sits in the middle of a low, wide `base`."""
    low, high = base.geometry, cap.geometry
    width = low.size[:2].min()
    squat = low.top < min(BUTTON_BASE_HEIGHT, BUTTON_BASE_SQUAT * width)
    squat = squat and width < BUTTON_BASE_WIDEST
    if not (low.resting and squat and 0.006 < low.top < high.top < 2.5 * low.top):
        return False
    aside = np.linalg.norm(high.centre[:2] - low.centre[:2])
    centred = aside < 0.2 * width and high.size[:2].max() < low.size[:2].max()
    return bool(centred and high.bottom > low.top - 0.012)


def _with_drawers(clusters: list[Cluster]) -> list[Cluster]:
    bodies = [i for i, each in enumerate(clusters) if _may_be_cabinet(each)]
    bodies.sort(key=lambda i: -clusters[i].geometry.size.prod())
    merged: dict[int, int] = {}  # a front's or a tray's number to its body's
    for i in bodies:
        if i not in merged:
            merged |= dict.fromkeys(_attached(clusters, i, bodies), i)
    cabinets = {i: _merged_with(clusters, i, merged) for i in bodies if i not in merged}
    parents: dict[int, int] = {}
    for j, each in enumerate(clusters):
        owner = next((i for i in cabinets if _is_handle(each, cabinets[i])), None)
        if j not in bodies and j not in merged and owner is not None:
            parents[j] = owner
    return _named(clusters, cabinets, merged, parents)


def _attached(clusters: list[Cluster], body: int, bodies: list[int]) -> list[int]:
    """Return the fronts and trays of a body, however far the drawer is open.

    A tray that shows between front and body has the colour of the front, and may
    be all that joins the two. An upper drawer's hang in the air.
    """
    fronts = {clusters[j].colour for j in bodies if j != body}
    free = [
        j
        for j, each in enumerate(clusters)
        if j in bodies
        or _may_hang_on_one(each)
        or (each.shape == "block" and each.colour in fronts)
    ]
    members = [body]
    for member in members:
        members += [
            j
            for j in free
            if j not in members and _touch(clusters[member], clusters[j])
        ]
    return members[1:]


def _named(
    clusters: list[Cluster],
    cabinets: dict[int, Cluster],
    merged: dict[int, int],
    parents: dict[int, int],
) -> list[Cluster]:
    """Drop what was merged away, renumber the parents, fill in the shape words."""
    kept = [i for i in range(len(clusters)) if i not in merged]
    number = {old: new for new, old in enumerate(kept)}
    out: list[Cluster] = []
    for i in kept:
        each = cabinets.get(i, clusters[i])
        if i in parents:
            owner = parents[i]
            front = front_of(cabinets[owner], each)
            bar = bar_of(each)
            out.append(replace(bar, shape="handle", parent=number[owner], normal=front))
        elif i in parents.values():
            handle = next(j for j, owner in parents.items() if owner == i)
            front = front_of(each, clusters[handle])
            out.append(replace(each, shape="drawer", normal=front))
        else:
            out.append(each)
    return out


def _one_handle_each(things: list[Cluster]) -> list[Cluster]:
    """Part a cabinet with several handles: each handle has a drawer of its own.

    What belongs to a handle is what lies nearest to it, seen from the front.
    """
    out = list(things)
    for i, cabinet in enumerate(things):
        handles = [j for j, each in enumerate(things) if each.parent == i]
        if len(handles) < 2:
            continue
        across = np.cross(np.array([0.0, 0.0, 1.0]), cabinet.normal)
        seen = np.stack([across, np.array([0.0, 0.0, 1.0])], axis=1)  # (3, 2)
        bars = np.stack([things[j].geometry.centre for j in handles]) @ seen
        places = cabinet.points_world @ seen
        gaps = np.linalg.norm(places[:, None, :] - bars[None], axis=2)
        nearest = gaps.argmin(axis=1)
        for k, j in enumerate(handles):
            mine = nearest == k
            if not mine.any():
                continue
            piece = _piece(cabinet, mine)
            number = i if k == 0 else len(out)
            if k == 0:
                out[i] = piece
            else:
                out.append(piece)
            out[j] = replace(out[j], parent=number)
    return out


def _piece(thing: Cluster, mine: Bool[np.ndarray, "n"]) -> Cluster:
    """Return the share of a thing that some of its points make up."""
    points = thing.points_world[mine]
    table = thing.geometry.top - float(thing.points_world[:, 2].max())
    geometry = measure(points, points[:, 2] + table)
    return replace(thing, rows=thing.rows[mine], points_world=points, geometry=geometry)


def front_of(cabinet: Cluster, handle: Cluster) -> Vec3:
    """Return the outward normal of the side of a cabinet that a handle stands on."""
    return front_normal(cabinet.geometry, cabinet.points_world, handle.geometry)


def _may_be_cabinet(each: Cluster) -> bool:
    sides = np.sort(each.geometry.size)
    # An open tray may look hollow or round, but no bowl is as long.
    boxy = each.shape == "block" or sides[2] > TRAY_SIDE
    large = boxy and sides[1] > 0.08 and sides[2] > CABINET_SIDE
    return bool(large and each.geometry.resting and each.geometry.top > 0.02)


def _may_hang_on_one(each: Cluster) -> bool:
    """Say whether it is as large as a front or a tray, and off the table."""
    sides = np.sort(each.geometry.size)
    large = sides[1] > 0.08 and sides[2] > CABINET_SIDE
    return bool(large and not each.geometry.resting)


def _merged_with(clusters: list[Cluster], i: int, merged: dict[int, int]) -> Cluster:
    whole = clusters[i]
    for j, owner in merged.items():
        if owner == i:
            whole = _merge(whole, clusters[j])
    return whole


def _is_handle(each: Cluster, cabinet: Cluster) -> bool:
    """Say whether a small thing hangs on a cabinet's side, off the table."""
    size, geometry = np.sort(each.geometry.size), each.geometry
    small = size[1] < HANDLE_THICK and size[2] < HANDLE_LENGTH
    hangs = geometry.bottom > 0.02 and geometry.bottom < cabinet.geometry.top - 0.01
    return bool(small and hangs and _touch(each, cabinet))


def bar_of(handle: Cluster) -> Cluster:
    """Return the handle without the posts that carry it: what a hand can pinch.

    Slices parallel to the cabinet's side are kept if they are nearly as long as
    the longest; posts fill little of theirs.
    """
    yaw = handle.geometry.yaw
    along = handle.points_world[:, :2] @ [np.cos(yaw), np.sin(yaw)]
    off = handle.points_world[:, :2] @ [-np.sin(yaw), np.cos(yaw)]
    cells = ((along - along.min()) / ALONG_CELL).astype(int)
    slices = ((off - off.min()) / OFF_CELL).astype(int)
    filled = np.zeros((slices.max() + 1, cells.max() + 1), dtype=bool)
    filled[slices, cells] = True
    length = filled.sum(axis=1)
    keep = (length >= BAR_FILL * length.max())[slices]
    points = handle.points_world[keep]
    # Heights count from where the cluster's own were counted from.
    table = handle.geometry.top - float(handle.points_world[:, 2].max())
    geometry = measure(points, points[:, 2] + table)
    return replace(
        handle, rows=handle.rows[keep], points_world=points, geometry=geometry
    )


def _touch(a: Cluster, b: Cluster) -> bool:
    low = np.maximum(a.geometry.box_world[0], b.geometry.box_world[0])
    high = np.minimum(a.geometry.box_world[1], b.geometry.box_world[1])
    if (low - high > TOUCHING).any():
        return False
    few, many = sorted((a, b), key=lambda each: len(each.points_world))
    tree = cKDTree(few.points_world)
    near = many.points_world[
        within(many.points_world.T, low - TOUCHING, high + TOUCHING)
    ]
    if len(near) == 0:
        return False
    gaps = np.asarray(tree.query(near, distance_upper_bound=TOUCHING)[0])
    return bool(gaps.min() < TOUCHING)


def _merge(first: Cluster, second: Cluster) -> Cluster:
    """Return both as one; colour from the first, the rest from both."""
    points = np.concatenate([first.points_world, second.points_world])
    a, b = first.geometry, second.geometry
    larger = a if a.size[:2].prod() > b.size[:2].prod() else b
    low = np.minimum(a.box_world[0], b.box_world[0])
    high = np.maximum(a.box_world[1], b.box_world[1])
    bottom, top = min(a.bottom, b.bottom), max(a.top, b.top)
    size = np.array([larger.size[0], larger.size[1], top - bottom])
    geometry = replace(
        larger, box_world=np.stack([low, high]), size=size, bottom=bottom, top=top
    )
    normal = first.normal * len(first.rows) + second.normal * len(second.rows)
    return Cluster(
        np.concatenate([first.rows, second.rows]),
        points,
        normal / max(float(np.linalg.norm(normal)), 1e-9),
        first.colour,
        geometry,
        first.shape,
    )
