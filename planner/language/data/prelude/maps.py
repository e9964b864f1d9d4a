# Maps that record what is done to them.

def _single(x, n):
    """A voxel index made valid: rounded, clipped, -1 the last, below it the first."""
    if not _numeric(x) or x != x:
        raise IndexError(f'{x!r} is no voxel index')
    if x == math.inf:
        return n - 1
    if x == -math.inf:
        return 0
    i = _int(_round(x))
    if i == -1:
        return n - 1
    return _min(_max(i, 0), n - 1)


def _side(x, n, start):
    if x is None:
        return 0 if start else n
    i = _int(_round(x))
    if i < 0:
        i = 0 if start else n + i
    return _min(_max(i, 0), n)


def _region(key, shape):
    """Lower and upper corner (exclusive) of what a key selects."""
    if _is(key, Vec):
        key = _tuple(key._v)
    if not _is(key, _tuple):
        key = (key,)
    if _len(key) > 3:
        raise IndexError(f'a map has 3 axes, not {_len(key)}')
    if ... in key:
        at = key.index(...)
        key = key[:at] + (_slice(None),) * (4 - _len(key)) + key[at + 1 :]
    key = key + (_slice(None),) * (3 - _len(key))
    lower, upper, single = [], [], True
    for k, n in _zipped(key, shape):
        if _is(k, _slice):
            if k.step not in (None, 1):
                raise IndexError('slices of a map have no step')
            a, b = _side(k.start, n, True), _side(k.stop, n, False)
            single = False
        else:
            a = _single(k, n)
            b = a + 1
        lower.append(a)
        upper.append(_max(a, b))
    return lower, upper, single


class Map:
    """A value map as the list of what was done to it."""

    def __init__(self, kind, ops=None, count=0):
        self.kind = kind
        self.shape = _config['shape']
        self._ops = [] if ops is None else ops
        self._count = count
        self._object = None

    def _record(self, op, count=1):
        self._count += count
        if self._count > _MOST_OPS:
            raise ValueError(f'a map takes at most {_MOST_OPS} operations; use set_voxel_by_radius or slices')
        self._ops.append(op)

    def __setitem__(self, key, value):
        lower, upper, _ = _region(key, self.shape)
        self._record(['box', lower, upper, _value(value)])

    def __getitem__(self, key):
        lower, upper, single = _region(key, self.shape)
        if not single:
            raise ValueError('only single voxels of a map can be read: m[x, y, z]')
        return _read(self.kind, self._ops, lower)

    def _combine(self, op, other, reflected):
        if _is(other, Map):
            made = Map(self.kind, _list(self._ops), self._count)
            made._record(['combine', op, [other.kind, _list(other._ops)], reflected], other._count + 1)
        elif _numeric(other):
            made = Map(self.kind, _list(self._ops), self._count)
            made._record(['combine', op, other, reflected])
        else:
            raise TypeError('maps combine with numbers and maps only')
        return made

    def copy(self): return Map(self.kind, _list(self._ops), self._count)
    def __add__(self, o): return self._combine('+', o, False)
    def __radd__(self, o): return self._combine('+', o, True)
    def __sub__(self, o): return self._combine('-', o, False)
    def __rsub__(self, o): return self._combine('-', o, True)
    def __mul__(self, o): return self._combine('*', o, False)
    def __rmul__(self, o): return self._combine('*', o, True)
    def __truediv__(self, o): return self._combine('/', o, False)
    def __rtruediv__(self, o): return self._combine('/', o, True)
    def __neg__(self): return self._combine('*', -1, False)
    def __repr__(self): return f'<{self.kind} map, {self._count} operations>'
    def __str__(self): return _repr(self)


def _value(value):
    if _is(value, (Vec, _list, _tuple)):
        return [_float(x) for x in _flat(value)]
    return _float(value)


def _read(kind, ops, at):
    value = _default(kind)
    for op in ops:
        if op[0] == 'box':
            if _all([a <= i and i < b for a, i, b in _zipped(op[1], at, op[2])]):
                value = op[3]
        elif op[0] == 'point':
            if op[1] == at:
                value = op[3]
        elif op[0] == 'near':
            gap = [(i - c) * s for i, c, s in _zipped(at, op[1], _config['voxel_cm'])]
            if math.sqrt(_sum([g * g for g in gap])) <= op[2] + 1e-7:
                value = op[3]
        elif op[0] == 'object':
            raise ValueError('a map that holds the shape of an object cannot be read here')
        else:
            other = op[2] if _numeric(op[2]) else _read(op[2][0], op[2][1], at)
            a, b = (other, value) if op[3] else (value, other)
            value = _ARITHMETIC[op[1]](a, b)
    return Vec(_list(value)) if _is(value, _list) else value


def _default(kind):
    """What a map holds where nothing was set; `_hand_at_start` was called before."""
    if kind == 'rotation':
        return _list(_state['hand']['wxyz'])
    if kind == 'gripper':
        return _float(_config['open'] if _state['hand']['open'] else 1 - _config['open'])
    return 1.0 if kind == 'velocity' else 0.0


def _hand_at_start():
    """Look at the hand: once a sub-task, for its maps count from where it began."""
    if not _state['running'] or _state['hand'] is None:
        _state['hand'] = _hand()


_ARITHMETIC = {'+': _add, '-': _sub, '*': _mul, '/': _div, 'min': _min, 'max': _max}
