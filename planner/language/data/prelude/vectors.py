# Builtins under names of their own, and small vectors.

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
