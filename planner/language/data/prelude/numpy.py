# An `np` of the functions that programs use on vectors.

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
