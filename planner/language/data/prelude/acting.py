# The hand, the person, and `execute`.

def _hand_read():
    if not _state['from_start']:
        return _hand()
    _hand_at_start()
    return _state['hand']


def get_ee_pos():
    return Vec(_hand_read()['position'])


def get_ee_quat():
    return Vec(_hand_read()['wxyz'])


def is_holding():
    return _hand()['holding']


def say(text, _line=0):
    _say(_str(text), _line)


def ask(text, _line=0):
    return _ask(_str(text), _line)


def remember(key, value, _line=0):
    if _is(value, Vec):
        raise ValueError('only texts and numbers are remembered; one name a number')
    _remember(key, value, _line)


def recall(key, default=None):
    value = _recall(key)
    return default if value is None else value


def wait_until(condition, seconds=60, _line=0):
    if condition is None or _is(condition, (_bool, _int, _float, _str, _list, Vec, Obj, Map)):
        raise ValueError('wait_until needs a function: wait_until(lambda: is_visible(...))')
    passed = 0.0
    while not _truth(condition()):
        if passed >= seconds:
            return False
        passed = passed + _wait(_line)
    return True


def grasp_failed(name, _line=0):
    _grasp_failed(_str(name), _line)


_state = {
    'calls': 0,
    'runs': 0,
    'running': False,
    'hand': None,  # at the start of the sub-task
    'hand_seen': None,  # the same, as an object
    'from_start': False,  # whether the hand is read as it was then
}
_KINDS = ('affordance', 'avoidance', 'rotation', 'velocity', 'gripper')


def _evaluate(kind, given):
    if given is None:
        return None
    made = given if _is(given, Map) else given()
    if not _is(made, Map):
        raise ValueError(f'the {kind} map function gave no map; end it with `return {kind}_map`')
    return [made.kind, made._ops]


def _mover(movable):
    if _is(movable, (_list, _tuple)) and _len(movable):
        movable = movable[0]
    if _is(movable, Obj):
        return movable.name
    if _is(movable, _str):
        return movable
    raise ValueError("what moves is 'gripper' or an object that was detected")


def execute(
    movable='gripper',
    affordance_map=None,
    avoidance_map=None,
    rotation_map=None,
    velocity_map=None,
    gripper_map=None,
    _line=0,
):
    index = None
    name = _mover(movable)
    given = (affordance_map, avoidance_map, rotation_map, velocity_map, gripper_map)
    _state['runs'] = _state['runs'] + 1
    _state['running'], _state['hand'], _state['hand_seen'] = True, None, None
    try:
        while True:
            maps = []
            for kind, each in _zipped(_KINDS, given):
                maps.append(_evaluate(kind, each))
            if index is None:  # only now: making the first maps may fail
                index = _state['calls']
                _state['calls'] = index + 1
            if _step(index, _line, name, maps):
                return True
    finally:
        _state['running'] = False


def _move_fingers(value, line):
    gripper_map = get_empty_gripper_map()
    gripper_map[:, :, :] = value
    return execute('gripper', gripper_map=gripper_map, _line=line)


def open_gripper(_line=0):
    return _move_fingers(_config['open'], _line)


def close_gripper(_line=0):
    return _move_fingers(1 - _config['open'], _line)


def reset_to_default_pose(_line=0):
    affordance_map = get_empty_affordance_map()
    set_voxel_by_radius(affordance_map, _config['home'])
    rotation_map = get_empty_rotation_map()
    rotation_map[:, :, :] = _config['home_wxyz']
    return execute('gripper', affordance_map=affordance_map, rotation_map=rotation_map, _line=_line)
