# Quaternions, (w, x, y, z).

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
