"""Programs with nothing wrong in them, however odd: the check must let them pass."""

MOVE = "\nopen_gripper()"

GO = """
def there():
    m = get_empty_affordance_map()
    m[detect('red block').position] = 1
    return m
execute('gripper', there)
"""

FINE = {
    "the word import in names and comments": (
        "important = 1  # import os\nimport_count = important + 1" + MOVE
    ),
    "forbidden words in texts": (
        "say('import os; eval(x) and __class__')\nexecution = 'exec'" + MOVE
    ),
    "imports of what is there": (
        "import numpy as np\nimport math\nfrom transforms3d import quaternions\n"
        "from transforms3d.euler import euler2quat, quat2euler\n"
        "from numpy.linalg import norm\nfrom numpy import array as arr, pi\n"
        "from __future__ import annotations\nimport re, json\n"
        "from perception_utils import *\nprint(norm(arr([pi])))" + MOVE
    ),
    "all ways to bind a name": (
        "def f(a, *b, c=1, **d):\n    return [a, b, c, d]\n"
        "for i, (j, k) in enumerate([(1, 2)]):\n    print(i, j, k)\n"
        "x = [y for y in range(3) if (w := y) > 1]\n"
        "try:\n    f(1)\nexcept ValueError as error:\n    print(error, x, w)\n"
        "g = lambda z: [z, z + 1]\n"
        "match g(1):\n    case [first, *rest]:\n        print(first, rest)\n"
        "    case other:\n        print(other)" + MOVE
    ),
    "a function of its own with a name of the API": (
        "def detect(a, b, c):\n    return a\ndetect(1, 2, 3)" + MOVE
    ),
    "a lambda with a name of the API": ("nearest = lambda a: a\nnearest(1)" + MOVE),
    "a variable with a name of the API": (
        "behind, between = 1, 2\nprint(behind + between)" + MOVE
    ),
    "names used before their function is called": (
        "def f():\n    return later\nlater = 1\nf()" + MOVE
    ),
    "a function defined after the one that calls it": (
        "def f():\n    return g()\ndef g():\n    return 1\nf()" + MOVE
    ),
    "maps as lambdas and as values": (
        "m = get_empty_velocity_map()\n"
        "execute('gripper', lambda: get_empty_affordance_map() + 1, velocity_map=m)"
    ),
    "arguments in a list": ("a = ['red block']\ndetect(*a)" + MOVE),
    "arguments in a dictionary": (
        "maps = {'velocity_map': get_empty_velocity_map()}\nexecute('gripper', **maps)"
    ),
    "a main function": (
        "def main():\n    open_gripper()\n\nif __name__ == '__main__':\n    main()"
    ),
    "types written down": (
        "from typing import List, Optional\n"
        "def f(x: List[int], y: 'Optional[int]' = None) -> float:\n"
        "    z: float = 3\n    return z + len(x)\nprint(f([1]))" + MOVE
    ),
    "a class without a base": (
        "class Place:\n    def __init__(self, y):\n        self.y = y\n"
        "    def far(self):\n        return self.y + 1\nprint(Place(2).far())" + MOVE
    ),
    "a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass Place:\n    x: int = 1\n"
        "print(Place(3).x)" + MOVE
    ),
    "a counter shared with a function": (
        "n = 0\ndef f():\n    global n\n    n += 1\nf()\nprint(n)" + MOVE
    ),
    "a counter shared with an inner function": (
        "def f():\n    n = 0\n    def g():\n        nonlocal n\n        n += 1\n"
        "    g()\n    return n\nprint(f())" + MOVE
    ),
    "a list comprehension over a name set later": (
        "print([x for x in range(3)])\nx = 1\nprint(x)" + MOVE
    ),
    "a comprehension whose variable is a global one": (
        "x = 5\ndef f():\n    y = x\n    return [x for x in range(y)]\nprint(f())"
        + MOVE
    ),
    "a name set under a condition": (
        "for name in ('red block', 'mug'):\n    if name == 'mug':\n"
        "        found = name\nprint(found)" + MOVE
    ),
    "a builtin set later": ("print(max(1, 2))\nmax = 3\nprint(max)" + MOVE),
    "a return in one branch only": (
        "def f(x):\n    if x:\n        return 1\n    say('no')\n    return 2\nf(0)"
        + MOVE
    ),
    "a break in one branch only": (
        "while True:\n    if is_visible('mug'):\n        break\n    say('x')\n"
        "say('found')" + MOVE
    ),
    "a break inside try in an endless loop": (
        "while True:\n    try:\n        detect('mug')\n        break\n"
        "    except ValueError:\n        open_gripper()\nsay('found')" + MOVE
    ),
    "a loop with else": (
        "for i in range(3):\n    if i == 5:\n        break\nelse:\n    say('none')"
        + MOVE
    ),
    "a text after return": (
        "def f():\n    return 1\n    'the end'\n    pass\nf()" + MOVE
    ),
    "raise in an except branch": (
        "try:\n    detect('mug')\nexcept ValueError:\n    raise ValueError('none')\n"
        "say('there')" + MOVE
    ),
    "a map filled by a function of its own": (
        "def fill(m):\n    m[1, 2, 3] = 1\n"
        "def there():\n    m = get_empty_affordance_map()\n    fill(m)\n    return m\n"
        "execute('gripper', there)"
    ),
    "a map filled and handed on in one step": (
        "def there():\n    m = get_empty_affordance_map()\n"
        "    n = set_voxel_by_radius(m, [10, 20, 30], 2, 1)\n    return n\n"
        "execute('gripper', there)"
    ),
    "a map kept in a list": (
        "m = get_empty_affordance_map()\nm[1, 2, 3] = 1\nmaps = [m]\n"
        "execute('gripper', maps[0])"
    ),
    "a map chosen by a condition": (
        "a, b = get_empty_affordance_map(), get_empty_affordance_map()\n"
        "a[1, 2, 3], b[4, 5, 6] = 1, 1\n"
        "execute('gripper', a if is_visible('mug') else b)"
    ),
    "a map made of a shape": (
        "def away():\n    return detect('mug').occupancy_map * 0.5\n"
        "execute('gripper', avoidance_map=away)"
    ),
    "a map function with two returns": (
        "def there():\n    m = get_empty_affordance_map()\n    m[1, 2, 3] = 1\n"
        "    if is_visible('mug'):\n        m[detect('mug').position] = 2\n"
        "        return m\n    return m\nexecute('gripper', there)"
    ),
    "a map function that reuses its own name": (
        "def velocity_map():\n    velocity_map = get_empty_velocity_map()\n"
        "    velocity_map[:] = 0.5\n    return velocity_map\n"
        "execute('gripper', velocity_map=velocity_map)"
    ),
    "two map functions of one name in turn": (
        "def where():\n    m = get_empty_affordance_map()\n    m[1, 2, 3] = 1\n"
        "    return m\nexecute('gripper', where)\n"
        "def where():\n    m = get_empty_velocity_map()\n    return m\n"
        "execute('gripper', velocity_map=where)"
    ),
    "a place to go shown as one to avoid": (
        "def away():\n    m = get_empty_affordance_map()\n    m[1, 2, 3] = 1\n"
        "    return m\nexecute('gripper', avoidance_map=away)"
    ),
    "what is only said": "say(', '.join(ball.name for ball in detect_all('ball')))",
    "what is only remembered": "remember('off_cm', recall('off_cm', 0) + 1)",
    "waiting with a function and a lambda": (
        "def ready():\n    return True\nwait_until(ready)\n"
        "wait_until(lambda: is_visible('mug'), seconds=3)" + MOVE
    ),
    "an error handled in every way": (
        "try:\n    detect('pink ball')\nexcept (ValueError, KeyError) as error:\n"
        "    print(error)\ntry:\n    detect('pink ball')\nexcept Exception:\n    pass\n"
        "try:\n    x = 1\nexcept:\n    x = 2\nelse:\n    x = 3\nfinally:\n    print(x)"
        + MOVE
    ),
    "errors raised": (
        "try:\n    raise RuntimeError('x')\nexcept RuntimeError as error:\n"
        "    print(error)\nassert 1 < 2, f'bad {3}'" + MOVE
    ),
    "functions of functions": (
        "from functools import partial, reduce\nimport itertools\n"
        "print(partial(lambda a, b: a + b, 1)(2), reduce(lambda a, b: a * b, [1, 2]))\n"
        "print(list(itertools.product([1], [2])), list(map(lambda x: x, [1])))" + MOVE
    ),
    "facts by name": (
        "block = detect('red block')\n"
        "print(getattr(block, 'name'), hasattr(block, 'colour'), block.color,\n"
        "      block.size_cm[0], block['position'], block.axis, block.grasp_quat)"
        + MOVE
    ),
    "an object bound in two ways": (
        "thing = detect('red block')\nprint(thing.name)\nthing = 'mug'\n"
        "print(thing.upper())" + MOVE
    ),
    "the same thing seen twice": (
        "target = detect('red block')\n"
        "others = [b for b in detect_all('block') if b != target]\n"
        "assert len(others) == len(detect_all('block')) - 1\n"
        "assert target in detect_all('block') and target == detect('red block')\n"
        "assert {target: 1}[detect('red block')] == 1" + MOVE
    ),
    "arithmetic in place": (
        "m = get_empty_avoidance_map()\nm[1, 2, 3] += 1\nm += 1\nm *= 0.4\n"
        "assert m[1, 2, 3] == 0.8\nv = np.array([1, 2, 3])\nv += 1\nv[0] -= 5\n"
        "execute('gripper', avoidance_map=m)"
    ),
    "texts of every kind": (
        "print(f'{3.14159:.2f} {5:>3} {[1, 2]!r}', '%d' % 3, '{}'.format(1), sep='-')\n"
        "print(f\"{detect('red block').position}\", 'a b'.split(), r'\\\\d')" + MOVE
    ),
    "numbers of every kind": "print(0x10, 1_000, 1e-3, -7 % 3, 7 // 2, 2 ** -1)" + MOVE,
    "unpacking": (
        "a, *b = [1, 2, 3]\nx, y, z = detect('mug').position\n"
        "(lx, ly, lz), (hx, hy, hz) = detect('mug').aabb\n"
        "print([*b, a], {**{'a': x}}, hx - lx, hy - ly, hz - lz, y, z)" + MOVE
    ),
    "chained comparisons": (
        "x = detect('mug').position[0]\nprint(0 < x < 100, x == x != -1)" + MOVE
    ),
    "a nested map function over a loop variable": (
        "for name in ['red block', 'mug']:\n    def there(name=name):\n"
        "        m = get_empty_affordance_map()\n        m[detect(name).position] = 1\n"
        "        return m\n    execute('gripper', there)"
    ),
    "a docstring and dots": (
        'def f():\n    """Import nothing, return None."""\n    ...\nf()' + GO
    ),
}
