# Empty maps, what is set in them, and lengths in voxels.

def get_empty_affordance_map(): return Map('affordance')
def get_empty_avoidance_map(): return Map('avoidance')
def get_empty_velocity_map(): return Map('velocity')


def get_empty_rotation_map():
    _hand_at_start()
    return Map('rotation')


def get_empty_gripper_map():
    _hand_at_start()
    return Map('gripper')


def set_voxel_by_radius(map, xyz, radius_cm=0, value=1):
    if not _is(map, Map):
        raise TypeError('set_voxel_by_radius needs a map from get_empty_..._map()')
    if _is(xyz, Obj):
        return set_voxel_near(map, xyz, radius_cm, value)
    if _is(xyz, Map):
        if xyz._object is None:
            raise TypeError('xyz is a voxel (x, y, z), an object or its occupancy_map')
        map._record(['object', xyz._object, _float(radius_cm), _value(value)])
        return map
    points = _vec(xyz)
    for point in points._v if points.ndim == 2 else [points]:
        if _len(point._v) != 3:
            raise ValueError(f'a voxel has 3 indices, not {_len(point._v)}')
        cell = [_single(x, n) for x, n in _zipped(point._v, map.shape)]
        map._record(['near', cell, _float(radius_cm), _value(value)])
    return map


def set_voxel_near(map, obj, radius_cm, value=1):
    for each in obj if _is(obj, (_list, _tuple)) else [obj]:
        map._record(['object', each._id, _float(radius_cm), _value(value)])
    return map


def set_point(map, point, value=1):
    if not _is(map, Map):
        raise TypeError('set_point needs a map from get_empty_..._map()')
    point = point.world_position if _is(point, Obj) else point
    point = [_float(x) for x in _flat(point)]
    if _len(point) != 3:
        raise ValueError(f'a point has 3 coordinates, not {_len(point)}')
    low, edge = _config['lower_cm'], _config['voxel_cm']
    at = [(100 * x - a) / s for x, a, s in _zipped(point, low, edge)]
    if not _all([0 <= i and i <= n for i, n in _zipped(at, map.shape)]):
        raise ValueError(f'{point} is outside the workspace; give metres, as world_position has')
    cell = [_min(_int(i), n - 1) for i, n in _zipped(at, map.shape)]
    map._record(['point', cell, point, _value(value)])
    return map


_AXES = {'x': 0, 'y': 1, 'z': 2}


def cm2index(cm, direction='x'):
    size = _config['voxel_cm']
    if _is(direction, _str):
        return _int(_round(cm / size[_AXES[direction]]))
    return Vec([_int(_round(cm * d / s)) for d, s in _zipped(_vec(direction)._v, size)])


def index2cm(index, direction=None):
    size = _config['voxel_cm']
    if _is(index, (Vec, _list, _tuple)):
        return Vec([i * s for i, s in _zipped(_vec(index)._v, size)])
    if direction is None:
        return index * _sum(size) / 3
    if _is(direction, _str):
        return index * size[_AXES[direction]]
    return Vec([index * d * s for d, s in _zipped(_vec(direction)._v, size)])
