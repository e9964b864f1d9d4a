# Where one thing is to another: the rules of `perception.relations`, in metres.
_SIDEWAYS, _TOUCHING = 0.01, 0.025


def _place(x):
    """Where a thing or a voxel is."""
    if _is(x, Obj):
        return x.world_position
    if _is(x, (Vec, _list, _tuple)) and _len(_flat(x)) == 3:
        low, size = _config['lower_cm'], _config['voxel_cm']
        return Vec([(a + (i + 0.5) * s) / 100 for a, i, s in _zipped(low, x, size)])
    raise ValueError('what is compared is a detected object or a voxel (x, y, z)')


def _toward(a, b, axis, sign):
    return (_place(a)[axis] - _place(b)[axis]) * sign > _SIDEWAYS


def left_of(a, b): return _toward(a, b, 1, -1)
def right_of(a, b): return _toward(a, b, 1, 1)
def in_front_of(a, b): return _toward(a, b, 0, 1)
def behind(a, b): return _toward(a, b, 0, -1)


def _over(a, b):
    if not (_is(a, Obj) and _is(b, Obj)):
        raise ValueError('is_on and is_inside compare detected objects')
    if b.shape == 'table':
        return True
    low, high = b.world_aabb
    return _all([low[k] < a.world_position[k] and a.world_position[k] < high[k] for k in (0, 1)])


def is_on(a, b):
    return _over(a, b) and _abs(a.world_aabb[0][2] - b.world_aabb[1][2]) < _TOUCHING


def is_inside(a, b):
    foot, low, high = a.world_aabb[0][2], b.world_aabb[0][2], b.world_aabb[1][2]
    wide, room = _sorted(_flat(a.size_cm)), _sorted(_flat(b.size_cm))
    fits = wide[0] < room[1] and wide[1] < room[2]
    return _over(a, b) and fits and low - _TOUCHING < foot and foot < high - _SIDEWAYS


def nearest(objects, to):
    best, least = None, math.inf
    for each in [objects] if _is(objects, Obj) else objects:
        gap = _norm(_place(each) - _place(to))
        same = _is(each, Obj) and _is(to, Obj) and each._id == to._id
        if gap < least and not same:
            best, least = each, gap
    return best


def between(a, b):
    ends = [x.position if _is(x, Obj) else _vec(x) for x in (a, b)]
    return _each(_round, (ends[0] + ends[1]) / 2)
