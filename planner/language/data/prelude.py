# Runs inside the sandbox before every program; never imported by the host.
# Gives a program small vectors, an `np` of the functions used on them, maps that
# record what is done to them, objects, and the API. The host is reached through
# `_detect`, `_find`, `_hand`, `_step`, `_wait`, `_say`, `_ask`, `_remember`,
# `_recall`, `_grasp_failed` and `_write` only; `_config` is bound by the host. Indices are
# voxels unless a name says otherwise.

import math

# Own names for the builtins used here: a program may call a variable `sum`.
_len, _round, _int, _float, _bool, _str, _repr = len, round, int, float, bool, str, repr
_list, _tuple, _slice, _range, _zipped, _sorted = list, tuple, slice, range, zip, sorted
_sum, _min, _max, _all, _any, _abs = sum, min, max, all, any, abs
_is, _enumerate = isinstance, enumerate
_MOST_OPS = 200


def _numeric(x):
    return _is(x, (_int, _float))


class Vec:
    """A vector, or a list of vectors of one length."""

    def __init__(self, items):
        self._v = items
        inner = _len(items) > 0 and _is(items[0], Vec)
        self.shape = (_len(items),) + (items[0].shape if inner else ())
        self.ndim = _len(self.shape)
        self.size = math.prod(self.shape)

    def __iter__(self):
        return iter(self._v)

    def __contains__(self, x):
        return x in self._v

    def __getitem__(self, key):
        if _is(key, _tuple):
            if _len(key) == 1:
                return self[key[0]]
            rows = self[key[0]]
            rest = key[1] if _len(key) == 2 else key[1:]
            if _is(key[0], _slice):
                return Vec([row[rest] for row in rows._v])
            return rows[rest]
        if _is(key, Vec):
            if _len(key._v) and _is(key._v[0], _bool):
                return Vec([x for x, keep in _zipped(self._v, key._v) if keep])
            return Vec([self._v[_int(k)] for k in key._v])
        if _is(key, _slice):
            return Vec(self._v[key])
        return self._v[_int(key)]

    def __setitem__(self, key, value):
        if _is(key, _tuple):
            self._v[_int(key[0])][key[1] if _len(key) == 2 else key[1:]] = value
        elif _is(key, _slice):
            n = _len(self._v[key])
            self._v[key] = _list(value) if _is(value, (Vec, _list, _tuple)) else [value] * n
        else:
            self._v[_int(key)] = value

    def __add__(self, o): return _zip(_add, self, o)
    def __radd__(self, o): return _zip(_add, o, self)
    def __sub__(self, o): return _zip(_sub, self, o)
    def __rsub__(self, o): return _zip(_sub, o, self)
    def __mul__(self, o): return _zip(_mul, self, o)
    def __rmul__(self, o): return _zip(_mul, o, self)
    def __truediv__(self, o): return _zip(_div, self, o)
    def __rtruediv__(self, o): return _zip(_div, o, self)
    def __floordiv__(self, o): return _zip(lambda a, b: a // b, self, o)
    def __mod__(self, o): return _zip(lambda a, b: a % b, self, o)
    def __pow__(self, o): return _zip(lambda a, b: a**b, self, o)
    def __neg__(self): return _each(lambda a: -a, self)
    def __pos__(self): return self
    def __abs__(self): return _each(_abs, self)
    def __and__(self, o): return _zip(lambda a, b: a and b, self, o)
    def __or__(self, o): return _zip(lambda a, b: a or b, self, o)
    def __invert__(self): return _each(lambda a: not a, self)
    def __matmul__(self, o): return _dot(self, o)
    def __eq__(self, o): return _eq(self, o)
    def __repr__(self): return 'array(' + _repr(self.tolist()) + ')'
    def __str__(self): return _repr(self.tolist())

    def __float__(self):
        return _float(self._v[0])

    def tolist(self): return [x.tolist() if _is(x, Vec) else x for x in self._v]
    def copy(self): return _each(lambda a: a, self)
    def astype(self, kind=None): return _each(_cast(kind), self)
    def sum(self, axis=None): return _reduce(_sum, self, axis)
    def mean(self, axis=None): return _reduce(_mean, self, axis)
    def min(self, axis=None): return _reduce(_min, self, axis)
    def max(self, axis=None): return _reduce(_max, self, axis)
    def std(self, axis=None): return _reduce(_std, self, axis)
    def any(self): return _any(_flat(self))
    def all(self): return _all(_flat(self))
    def dot(self, o): return _dot(self, o)
    def round(self, digits=0): return _each(lambda a: _round(a, digits), self)
    def flatten(self): return Vec(_flat(self))
    def argmin(self): return _arg(self, False)
    def argmax(self): return _arg(self, True)


def _add(a, b): return a + b
def _sub(a, b): return a - b
def _mul(a, b): return a * b


def _div(a, b):
    if b == 0:
        raise ZeroDivisionError('division by zero in a vector')
    return a / b


def _cast(kind):
    return _int if kind in (_int, 'int', 'int32', 'int64') else _float


def _vec(x):
    if _is(x, Vec):
        return x
    if _is(x, Obj):
        return x.position
    return Vec([_vec(y) if _is(y, (_list, _tuple, Vec, _range)) else y for y in x])


def _zip(f, a, b):
    if _is(a, (_list, _tuple)):
        a = _vec(a)
    if _is(b, (_list, _tuple)):
        b = _vec(b)
    if _is(a, Map) or _is(b, Map):
        raise TypeError('maps combine with numbers and maps, not with vectors')
    if _is(a, Vec) and _is(b, Vec):
        if a.ndim > b.ndim:
            return Vec([_zip(f, x, b) for x in a._v])
        if b.ndim > a.ndim:
            return Vec([_zip(f, a, y) for y in b._v])
        if _len(a._v) == 1:
            return Vec([_zip(f, a._v[0], y) for y in b._v])
        if _len(b._v) == 1:
            return Vec([_zip(f, x, b._v[0]) for x in a._v])
        if _len(a._v) != _len(b._v):
            raise ValueError(f'vectors of {a.shape} and {b.shape} do not fit')
        return Vec([_zip(f, x, y) for x, y in _zipped(a._v, b._v)])
    if _is(a, Vec):
        return Vec([_zip(f, x, b) for x in a._v])
    if _is(b, Vec):
        return Vec([_zip(f, a, y) for y in b._v])
    return f(a, b)


def _each(f, a):
    if _is(a, (_list, _tuple)):
        a = _vec(a)
    if _is(a, Vec):
        return Vec([_each(f, x) for x in a._v])
    return f(a)


def _flat(a):
    if not _is(a, (Vec, _list, _tuple)):
        return [a]
    out = []
    for x in a:
        out.extend(_flat(x)) if _is(x, (Vec, _list, _tuple)) else out.append(x)
    return out


def _reduce(f, a, axis=None):
    a = _vec(a)
    if axis is None or a.ndim == 1:
        return f(_flat(a))
    if axis == 0:
        return Vec([f([row._v[k] for row in a._v]) for k in _range(a.shape[1])])
    return Vec([f(row._v) for row in a._v])


def _mean(x):
    return _sum(x) / _len(x)


def _std(x):
    m = _mean(x)
    return math.sqrt(_sum([(y - m) ** 2 for y in x]) / _len(x))


def _median(x):
    x = _sorted(x)
    n = _len(x)
    return x[n // 2] if n % 2 else (x[n // 2 - 1] + x[n // 2]) / 2


def _arg(a, largest):
    flat = _flat(a)
    best = 0
    for i in _range(1, _len(flat)):
        if (flat[i] > flat[best]) if largest else (flat[i] < flat[best]):
            best = i
    return best


def _dot(a, b):
    a, b = _vec(a), _vec(b)
    if a.ndim == 1 and b.ndim == 1:
        return _sum([x * y for x, y in _zipped(a._v, b._v)])
    if a.ndim == 1:
        return Vec([_dot(a, [r._v[k] for r in b._v]) for k in _range(b.shape[1])])
    return Vec([_dot(row, b) for row in a._v])


def _norm(a, axis=None):
    return _reduce(lambda x: math.sqrt(_sum([y * y for y in x])), a, axis)


def _cross(a, b):
    a, b = _vec(a)._v, _vec(b)._v
    return Vec([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])


def _fill(shape, value):
    if _numeric(shape):
        return Vec([value] * _int(shape))
    if _len(shape) == 1:
        return Vec([value] * _int(shape[0]))
    return Vec([_fill(shape[1:], value) for _ in _range(_int(shape[0]))])


def _extreme(op, a, b):
    if _is(a, Map):
        return a._combine(op, b, False)
    if _is(b, Map):
        return b._combine(op, a, True)
    pick = _min if op == 'min' else _max
    return _zip(lambda x, y: pick(x, y), a, b)


def _compare(f):
    def g(a, b):
        if _is(a, Map) or _is(b, Map):
            raise TypeError('maps cannot be compared; read single voxels: m[x, y, z]')
        if _is(a, Vec) or _is(b, Vec):
            return _zip(f, a, b)
        return f(a, b)

    return g


_lt = _compare(lambda a, b: a < b)
_gt = _compare(lambda a, b: a > b)
_le = _compare(lambda a, b: a <= b)
_ge = _compare(lambda a, b: a >= b)


def _eq(a, b):
    if (_is(a, Vec) or _is(b, Vec)) and a is not None and b is not None:
        return _zip(lambda x, y: x == y, a, b)
    return a == b


def _ne(a, b):
    if (_is(a, Vec) or _is(b, Vec)) and a is not None and b is not None:
        return _zip(lambda x, y: x != y, a, b)
    return not (a == b)


def _truth(x):
    if _is(x, Vec):
        if x.size == 1:
            return _flat(x)[0]
        raise ValueError('a vector is neither true nor false; use np.any, np.all or len')
    if _is(x, Map):
        raise ValueError('a map is neither true nor false')
    return x


def _bound(x):
    """One side of a slice; rounded, because models write 0.5 * n."""
    return _int(_round(x)) if _is(x, _float) else x


def len(x):
    if _is(x, Vec):
        return _len(x._v)
    if _is(x, Map):
        return x.shape[0]
    return _len(x)


def _isclose(a, b, rtol=1e-5, atol=1e-8):
    return _zip(lambda x, y: _abs(x - y) <= atol + rtol * _abs(y), a, b)


def _sorted_indices(a):
    v = _flat(a)
    return Vec(_sorted(_range(_len(v)), key=lambda i: v[i]))


def _where(condition, a=None, b=None):
    if a is None:
        return (Vec([i for i, c in _enumerate(_flat(condition)) if c]),)
    if _is(condition, (_list, _tuple)):
        condition = _vec(condition)
    if not _is(condition, Vec):
        return a if condition else b
    a = _vec(a) if _is(a, (_list, _tuple)) else a
    b = _vec(b) if _is(b, (_list, _tuple)) else b
    parts = []
    for i, c in _enumerate(condition._v):
        x = a._v[i] if _is(a, Vec) else a
        y = b._v[i] if _is(b, Vec) else b
        parts.append(_where(c, x, y))
    return Vec(parts)


def _sqrt(x):
    if x < 0:
        raise ValueError('square root of a negative number')
    return math.sqrt(x)


class _Namespace:
    pass


np = _Namespace()
np.linalg = _Namespace()
np.pi, np.inf, np.nan, np.e, np.newaxis = math.pi, math.inf, math.nan, math.e, None
np.float32 = np.float64 = np.float_ = _float
np.int32 = np.int64 = np.int_ = _int
np.bool_ = _bool
np.ndarray = Vec
np.array = np.asarray = lambda x, dtype=None: (_vec(x).copy() if dtype is None else _vec(x).astype(dtype)) if _is(x, (Vec, _list, _tuple, _range)) else x
np.copy = lambda x: x.copy() if _is(x, (Vec, Map)) else _vec(x).copy()
np.zeros = lambda shape, dtype=None: _fill(shape, 0.0)
np.ones = lambda shape, dtype=None: _fill(shape, 1.0)
np.full = lambda shape, value, dtype=None: _fill(shape, value)
np.zeros_like = lambda a: _each(lambda x: 0.0, a)
np.ones_like = lambda a: _each(lambda x: 1.0, a)
np.eye = lambda n: Vec([Vec([1.0 if i == j else 0.0 for j in _range(n)]) for i in _range(n)])
np.arange = lambda *a: Vec([a[0] + i * a[2] for i in _range(_max(0, math.ceil((a[1] - a[0]) / a[2])))]) if _len(a) == 3 else Vec(_list(_range(*[math.ceil(x) for x in a])))
np.linspace = lambda a, b, num=50: Vec([a + (b - a) * i / _max(num - 1, 1) for i in _range(num)])
np.dot = np.matmul = np.inner = _dot
np.cross = _cross
np.linalg.norm = _norm
np.sum = lambda a, axis=None: _reduce(_sum, a, axis)
np.prod = lambda a, axis=None: _reduce(math.prod, a, axis)
np.mean = np.average = lambda a, axis=None: _reduce(_mean, a, axis)
np.median = lambda a, axis=None: _reduce(_median, a, axis)
np.std = lambda a, axis=None: _reduce(_std, a, axis)
np.min = np.amin = lambda a, axis=None: _reduce(_min, a, axis)
np.max = np.amax = lambda a, axis=None: _reduce(_max, a, axis)
np.argmin = lambda a: _arg(a, False)
np.argmax = lambda a: _arg(a, True)
np.argsort = _sorted_indices
np.sort = lambda a: Vec(_sorted(_flat(a)))
np.minimum = lambda a, b: _extreme('min', a, b)
np.maximum = lambda a, b: _extreme('max', a, b)
np.clip = lambda a, low, high: _extreme('min', _extreme('max', a, low), high)
np.abs = np.absolute = lambda a: _each(_abs, a)
np.round = np.rint = np.around = lambda a, digits=0: _each(lambda x: _round(x, digits), a)
np.floor = lambda a: _each(math.floor, a)
np.ceil = lambda a: _each(math.ceil, a)
np.sqrt = lambda a: _each(_sqrt, a)
np.exp = lambda a: _each(math.exp, a)
np.log = lambda a: _each(math.log, a)
np.sin = lambda a: _each(math.sin, a)
np.cos = lambda a: _each(math.cos, a)
np.tan = lambda a: _each(math.tan, a)
np.arccos = lambda a: _each(lambda x: math.acos(_min(1.0, _max(-1.0, x))), a)
np.arcsin = lambda a: _each(lambda x: math.asin(_min(1.0, _max(-1.0, x))), a)
np.arctan2 = lambda a, b: _zip(math.atan2, a, b)
np.radians = np.deg2rad = lambda a: _each(math.radians, a)
np.degrees = np.rad2deg = lambda a: _each(math.degrees, a)
np.sign = lambda a: _each(lambda x: (x > 0) - (x < 0), a)
np.any = lambda a: _any(_flat(a))
np.all = lambda a: _all(_flat(a))
np.allclose = lambda a, b, rtol=1e-5, atol=1e-8: _all(_flat(_isclose(a, b, rtol, atol)))
np.array_equal = lambda a, b: _flat(a) == _flat(b)
np.isclose = _isclose
np.isnan = lambda a: _each(lambda x: x != x, a)
np.where = _where
np.concatenate = lambda parts, axis=0: Vec([x for part in parts for x in part])
np.hstack = np.concatenate
np.stack = np.vstack = lambda parts, axis=0: Vec([_vec(part) for part in parts])


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


class Obj:
    """An object as last seen."""

    def __init__(self, d):
        self._id = d['id']
        self.name = d['name']
        self.colour = self.color = d['colour']
        self.shape = d['shape']
        self.position = Vec(d['position'])
        self.world_position = self._position_world = Vec(d['world_position'])
        self.aabb = _vec(d['aabb'])
        self.world_aabb = _vec(d['world_aabb'])
        self.normal = Vec(d['normal'])
        self.axis = Vec(d['axis'])
        self.size_cm = Vec(d['size_cm'])
        self.grasp_quat = Vec(d['grasp_quat'])
        self.occupancy_map = Map('affordance', [['object', d['id'], 0.0, 1.0]], 1)
        self.occupancy_map._object = d['id']

    def __getitem__(self, key):
        facts = {
            'name': self.name,
            'position': self.position,
            'world_position': self.world_position,
            'aabb': self.aabb,
            'normal': self.normal,
            'occupancy_map': self.occupancy_map,
        }
        if key not in facts:
            raise KeyError(key)
        return facts[key]

    # The same thing seen twice is one thing: `if b != target`, `b in others`.
    def __eq__(self, o): return _is(o, Obj) and self._id == o._id
    def __hash__(self): return self._id
    def __repr__(self): return f'<{self.name} at {self.position}>'
    def __str__(self): return _repr(self)


_HAND_ID = -2


def _seen(d):
    if d['id'] == _HAND_ID and _state['from_start']:
        _state['hand_seen'] = _state['hand_seen'] or d
        d = _state['hand_seen']
    return Obj(d)


def detect(name, _line=0):
    return _seen(_detect(name, _line)[0])


def detect_all(name, _line=0):
    return [_seen(d) for d in _detect(name, _line)]


def parse_query_obj(phrase, _line=0):
    found = [_seen(d) for d in _find(phrase, _line)]
    if _plural(phrase):
        return found
    return found[0] if _len(found) else None


def _plural(phrase):
    words = phrase.lower().split()
    if _len(words) == 0:
        return False
    if words[0] in ('all', 'every', 'each', 'any', 'both'):
        return True
    stops = ('closest', 'nearest', 'on', 'in', 'to', 'of', 'that', 'with', 'by', 'near')
    head = words[0]
    for word in words:
        if word in stops:
            break
        head = word
    return head.endswith('s') and not head.endswith('ss')


def is_visible(phrase, _line=0):
    return _len(_find(phrase, _line)) > 0


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


def qmult(a, b):
    w, x, y, z = _vec(a)._v
    s, i, j, k = _vec(b)._v
    return Vec([
        w * s - x * i - y * j - z * k,
        w * i + x * s + y * k - z * j,
        w * j - x * k + y * s + z * i,
        w * k + x * j - y * i + z * s,
    ])


def qinverse(q):
    w, x, y, z = _vec(q)._v
    n = w * w + x * x + y * y + z * z
    return Vec([w / n, -x / n, -y / n, -z / n])


def euler2quat(ai, aj, ak, axes='sxyz'):
    if axes != 'sxyz':
        raise ValueError("euler2quat knows axes='sxyz' only")
    x = [math.cos(ai / 2), math.sin(ai / 2), 0.0, 0.0]
    y = [math.cos(aj / 2), 0.0, math.sin(aj / 2), 0.0]
    z = [math.cos(ak / 2), 0.0, 0.0, math.sin(ak / 2)]
    return qmult(z, qmult(y, x))


def quat2euler(q, axes='sxyz'):
    if axes != 'sxyz':
        raise ValueError("quat2euler knows axes='sxyz' only")
    w, x, y, z = _vec(q)._v
    pitch = math.asin(_min(1.0, _max(-1.0, 2 * (w * y - z * x))))
    roll = math.atan2(2 * (w * x + y * z), 1 - 2 * (x * x + y * y))
    yaw = math.atan2(2 * (w * z + x * y), 1 - 2 * (y * y + z * z))
    return Vec([roll, pitch, yaw])


transforms3d = _Namespace()
transforms3d.euler = _Namespace()
transforms3d.euler.euler2quat, transforms3d.euler.quat2euler = euler2quat, quat2euler
transforms3d.quaternions = _Namespace()
transforms3d.quaternions.qmult, transforms3d.quaternions.qinverse = qmult, qinverse


def _unit(v):
    length = _norm(v)
    if length < 1e-9:
        raise ValueError('a direction of length 0 points nowhere')
    return _vec(v) / length


def _mat2quat(x, y, z):
    """The quaternion of the rotation with these columns (Shepperd's method)."""
    (a, d, g), (b, e, h), (c, f, i) = x._v, y._v, z._v
    four = [1 + a + e + i, 1 + a - e - i, 1 - a + e - i, 1 - a - e + i]
    k = _arg(four, True)
    s = 2 * math.sqrt(four[k])
    if k == 0:
        return Vec([s / 4, (h - f) / s, (c - g) / s, (d - b) / s])
    if k == 1:
        return Vec([(h - f) / s, s / 4, (b + d) / s, (c + g) / s])
    if k == 2:
        return Vec([(c - g) / s, (b + d) / s, s / 4, (f + h) / s])
    return Vec([(d - b) / s, (c + g) / s, (f + h) / s, s / 4])


def vec2quat(direction):
    z = _unit(direction)
    reference = Vec([1.0, 0.0, 0.0])
    if _abs(_dot(z, reference)) > 0.999:
        reference = Vec([0.0, 1.0, 0.0])
    x = _unit(reference - z * _dot(reference, z))
    return _mat2quat(x, _cross(z, x), z)


pointat2quat = vec2quat


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


# The modules that published programs import these from.
perception_utils = plan_utils = action_utils = _Namespace()
plan_utils.detect, plan_utils.parse_query_obj, plan_utils.execute = detect, parse_query_obj, execute
plan_utils.cm2index, plan_utils.index2cm = cm2index, index2cm
plan_utils.set_voxel_by_radius, plan_utils.pointat2quat = set_voxel_by_radius, vec2quat
plan_utils.vec2quat, plan_utils.get_ee_pos = vec2quat, get_ee_pos
plan_utils.get_empty_affordance_map = get_empty_affordance_map
plan_utils.get_empty_avoidance_map = get_empty_avoidance_map
plan_utils.get_empty_velocity_map = get_empty_velocity_map
plan_utils.get_empty_rotation_map = get_empty_rotation_map
plan_utils.get_empty_gripper_map = get_empty_gripper_map
plan_utils.reset_to_default_pose = reset_to_default_pose


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
    'set_voxel_by_radius set_voxel_near cm2index index2cm vec2quat pointat2quat '
    'euler2quat quat2euler qmult qinverse get_ee_pos get_ee_quat is_holding execute '
    'open_gripper close_gripper reset_to_default_pose grasp_failed say ask wait_until '
    'remember recall composer get_affordance_map get_avoidance_map get_rotation_map '
    'get_velocity_map get_gripper_map'
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
