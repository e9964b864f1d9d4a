# --- Parts: what a program asks for in words is written by the host through `_write`
# and runs here, in a namespace of its own that has only what a program may use.

_exec = exec
_MOST_DEPTH = 4
_GIVEN = (
    'np math len transforms3d perception_utils plan_utils action_utils '
    '_lt _gt _le _ge _eq _ne _truth _bound '
    'detect detect_all parse_query_obj is_visible left_of right_of in_front_of behind '
    'is_on is_inside nearest between get_empty_affordance_map get_empty_avoidance_map '
    'get_empty_velocity_map get_empty_rotation_map get_empty_gripper_map '
    'set_voxel_by_radius set_voxel_near set_point cm2index index2cm vec2quat '
    'pointat2quat euler2quat quat2euler qmult qinverse get_ee_pos get_ee_quat '
    'is_holding execute open_gripper close_gripper reset_to_default_pose grasp_failed '
    'say ask wait_until remember recall composer get_affordance_map get_avoidance_map '
    'get_rotation_map get_velocity_map get_gripper_map'
).split()
_parts = {'depth': 0, 'composer': {}, 'maps': {}}


def _run_part(source):
    if _parts['depth'] >= _MOST_DEPTH:
        raise ValueError(f'parts ask for parts {_MOST_DEPTH} deep at most')
    space = _SPACE.copy()
    _parts['depth'] += 1
    try:
        _exec(source, space)
    finally:
        _parts['depth'] -= 1
    return space


def composer(text, _line=0):
    sources = _parts['composer']
    if text not in sources:
        sources[text] = _write('composer', text, _line)
    _run_part(sources[text])


def _lazy(kind, text, line):
    """A map function that is written when it is first called, once for its text.

    What was written runs anew in each sub-task, and reads the hand as it was when
    that began: a point over the hand would flee from it otherwise.
    """
    latest = {'run': -1, 'made': None}

    def map_function():
        sources = _parts['maps']
        if (kind, text) not in sources:
            sources[(kind, text)] = _write(kind, text, line)
        before, _state['from_start'] = _state['from_start'], _state['running']
        try:
            if latest['run'] != _state['runs']:
                latest['made'] = _run_part(sources[(kind, text)])['_made']
                latest['run'] = _state['runs']
            return latest['made']()
        finally:
            _state['from_start'] = before

    return map_function


def get_affordance_map(text, _line=0): return _lazy('affordance', text, _line)
def get_avoidance_map(text, _line=0): return _lazy('avoidance', text, _line)
def get_rotation_map(text, _line=0): return _lazy('rotation', text, _line)
def get_velocity_map(text, _line=0): return _lazy('velocity', text, _line)
def get_gripper_map(text, _line=0): return _lazy('gripper', text, _line)


_SPACE = {name: eval(name) for name in _GIVEN}
