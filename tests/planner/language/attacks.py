"""Programs that try to get out of the sandbox, use it up, or fool its host.

`{secret}` is a file with a secret in it, `{target}` one that must not come to be,
`{port}` where somebody listens. A program that got hold of something says it.
"""

READ = "open('{secret}').read()"
LEAK = "import os; say(open('{secret}').read())"

ESCAPES = {
    "open to read": f"say({READ})",
    "open to write": "open('{target}', 'w').write('x')",
    "print into a file": "print('x', file=open('{target}', 'w'))",
    "pathlib reads": "from pathlib import Path\nsay(Path('{secret}').read_text())",
    "pathlib writes": "from pathlib import Path\nPath('{target}').write_text('x')",
    "pathlib lists": "from pathlib import Path\nsay(str(list(Path('/').iterdir())))",
    "io": "import io\nsay(io.open('{secret}').read())",
    "codecs": "import codecs\nsay(codecs.open('{secret}').read())",
    "os reads": "import os\nsay(str(os.read(os.open('{secret}', 0), 99)))",
    "os writes": "import os\nos.close(os.open('{target}', os.O_CREAT))",
    "os lists": "import os\nsay(str(os.listdir('/')))",
    "environment": "import os\nsay(str(os.environ['VOXFIELD_SECRET']))",
    "environment, asked for": "import os\nsay(str(os.getenv('VOXFIELD_SECRET')))",
    "shell": "import os\nos.system('touch {target}')",
    "process": "import subprocess\nsubprocess.run(['touch', '{target}'])",
    "asynchronous process": (
        "import asyncio\nasyncio.run(asyncio.create_subprocess_shell('touch {target}'))"
    ),
    "socket": "import socket\nsocket.create_connection(('127.0.0.1', {port}))",
    "url": ("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{port}')"),
    "asynchronous socket": (
        "import asyncio\nasyncio.run(asyncio.open_connection('127.0.0.1', {port}))"
    ),
    "threads": "import threading\nthreading.Thread(target=print).start()",
    "foreign functions": "import ctypes\nctypes.CDLL(None).system(b'touch {target}')",
    "pickle": (
        "import pickle\npickle.loads(b\"cos\\nsystem\\n(S'touch {target}'\\ntR.\")"
    ),
    "importlib": "import importlib\nimportlib.import_module('os').system('ls')",
    "loaded modules": "import sys\nsys.modules['os'].system('touch {target}')",
    "frames of sys": "import sys\nsay(str(sys._getframe(0).f_globals))",
    "hidden import": "__import__('os').system('touch {target}')",
    "import by a name put together": (
        "vars()['__buil' + 'tins__']['__imp' + 'ort__']('os').system('ls')"
    ),
    "builtins of a function": "print.__self__.open('{secret}')",
    "builtins by name": f"__builtins__['open']('{{secret}}')\n{LEAK}",
    "loader": "__loader__.load_module('os').system('touch {target}')",
    "classes from a tuple": (
        "for c in ().__class__.__mro__[1].__subclasses__():\n"
        "    if c.__name__ == 'Popen':\n        c(['touch', '{target}'])"
    ),
    "classes by getattr": (
        "k = getattr((), '__cla' + 'ss__')\nsay(str(getattr(k, '__mr' + 'o__')))\n"
        "getattr(k, '__subclas' + 'ses__')()"
    ),
    "mro of a type": "say(str(type(3).mro()[-1].__subclasses__()))",
    "format walks attributes": (
        "say('{{0.__class__.__init__.__globals__}}'.format(detect))"
    ),
    "format map walks attributes": (
        "say('{{d.__globals__}}'.format_map({{'d': detect}}))"
    ),
    "format of the type": "say(str.format('{{0.__code__.co_consts}}', detect))",
    "formatter": (
        "import string\n"
        "say(str(string.Formatter().get_field('0.__globals__', [detect], {{}})))"
    ),
    "text in a text": "say(f'{{detect.__globals__}}')",
    "frame of a generator": (
        "g = (x for x in [1])\nsay(str(g.gi_frame.f_back.f_globals))"
    ),
    "frame of a coroutine": (
        "async def f():\n    pass\nsay(str(f().cr_frame.f_back.f_globals))"
    ),
    "frame of an error": (
        "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n"
        "    say(str(error.__traceback__.tb_frame.f_globals))"
    ),
    "frame of an error of the host": (
        "try:\n    detect('pink ball')\nexcept ValueError as error:\n"
        "    say(str(error.__traceback__.tb_frame.f_back.f_globals))"
    ),
    "cause of an error of the host": (
        "try:\n    detect('pink ball')\nexcept ValueError as error:\n"
        "    say(str(error.__cause__.scene))"
    ),
    "globals of a function": "say(str(detect.__globals__))",
    "code of a function": "say(str(detect.__code__.co_code))",
    "closure of a function": "say(str((lambda: detect).__closure__[0].cell_contents))",
    "another code for a function": "detect.__code__ = (lambda: 1).__code__\ndetect()",
    "all that is global": "say(str(globals()['__builtins__']))",
    "exec": "exec(\"import os\\nos.system('touch {target}')\")",
    "eval": "say(eval(\"open('{secret}').read()\"))",
    "compile": "exec(compile(\"open('{target}', 'w')\", 'x', 'exec'))",
    "exec as a decorator": "@exec\n@input\nclass X:\n    pass",
    "class made at run time": "type('X', (Exception,), {{}})().__reduce__()",
    "match reads attributes": (
        "match detect:\n    case object(__globals__=g):\n        say(str(g))"
    ),
    "attrgetter": (
        "import operator\nsay(str(operator.attrgetter('__globals__')(detect)))"
    ),
    "wide letters": "say(\uff4f\uff50\uff45\uff4e('{secret}').read())",
    "numpy reads": "say(str(np.fromfile('{secret}', np.int8)))",
    "numpy loads": "say(str(np.genfromtxt('{secret}', dtype=str)))",
    "numpy writes": "np.array([1]).tofile('{target}')",
    "numpy's modules": "np.f2py.os.system('touch {target}')",
    "kill": "import os\nos.kill(os.getpid(), 9)",
    "exit": "import sys\nsys.exit(0)",
    "exit by an error": "raise SystemExit(0)",
    "interrupt by an error": "raise KeyboardInterrupt",
    "input": "say(input())",
    "breakpoint": "breakpoint()",
}

FLOODS = {
    "integers from text": "int('9' * 10**7)",
    "integers to text": "str(7 ** (10 ** 7))",
    "a factorial": "import math\nmath.factorial(10**7)",
    "a binomial": "import math\nmath.comb(10**8, 5 * 10**7)",
    "power of a power": "x = 2 ** (2 ** 40)",
    "a wide number": "'%1000000000d' % 1",
    "a long fraction": "f'{1.5:.999999999f}'",
    "a padded text": "'a'.ljust(10**10)",
    "a text grown by replacing": (
        "s = 'a' * 10**4\nwhile True:\n    s = s.replace('a', 'aaaa')"
    ),
    "a text grown by joining": "s = 'a'\nwhile True:\n    s = s.join([s] * 100)",
    "a long list": "list(range(10**10))",
    "a list of lists": "x = [[0] * 10**4] * 10**4\ny = [list(a) for a in x]",
    "a long set": "x = set()\ni = 0\nwhile True:\n    x.add(i)\n    i += 1",
    "a long dictionary": "d = {i: str(i) * 100 for i in range(10**9)}",
    "many bytes": "bytes(10**10)",
    "counting without end": "import itertools\nlist(itertools.count())",
    "a product of products": (
        "import itertools\nlist(itertools.product('ab', repeat=60))"
    ),
    "all orders": "import itertools\nlen(list(itertools.permutations(range(14))))",
    "a deep list": ("x = []\nfor i in range(10**6):\n    x = [x]\nsay(str(x))"),
    "a deep copy": (
        "import copy\nx = []\nfor i in range(10**6):\n    x = [x]\ncopy.deepcopy(x)"
    ),
    "a deep text of JSON": "import json\njson.loads('[' * 10**6)",
    "recursion by an operator": (
        "class A:\n    def __add__(self, o):\n        return self + o\nA() + 1"
    ),
    "recursion by a key": ("def f(x):\n    return sorted([1, 2], key=f)\nf(1)"),
    "recursion by repr": (
        "class A:\n    def __repr__(self):\n        return repr(self)\nrepr(A())"
    ),
    "recursion by a map": (
        "def f():\n    execute('gripper', f)\nexecute('gripper', f)"
    ),
    "a condition without end": (
        "def f():\n    while True:\n        pass\nwait_until(f)"
    ),
    "a flood of memories": (
        "i = 0\nwhile True:\n    remember('fact ' + str(i), i)\n    i += 1"
    ),
    "a flood of questions": "while True:\n    ask('well?')",
    "a limit of the prelude raised": (
        "_MOST_OPS = 10**9\nm = get_empty_affordance_map()\n"
        "for i in range(5000):\n    m[i % 100, 0, 0] = 1\nexecute('gripper', m)"
    ),
    "an index without end": (
        "class A:\n    def __index__(self):\n        while True: pass\n[1, 2][A()]"
    ),
    "a sort without end": (
        "import functools\n"
        "sorted(range(10**7), key=functools.cmp_to_key(lambda a, b: 1))"
    ),
    "an error that is always handled": (
        "def f():\n    try:\n        f()\n    except BaseException:\n        f()\nf()"
    ),
    "a vector that is large": "np.zeros((1000, 1000, 1000))",
    "a regular expression": "import re\nre.match('(a|a)*$', 'a' * 10**6)\n_wait()",
}

STEP = "_step(0, 1, 'gripper', {})"
MAPS = STEP.format("[['affordance', {}], None, None, None, None]")

FORGED = {
    "a call that is not there": "_open('{secret}')",
    "detect with a number": "_detect(7, 1)",
    "detect with nothing": "_detect(None, 1)",
    "detect with a list": "_detect(['red block'] * 100, 1)",
    "detect with a long text": "_detect('red ' * 10**6, 1)",
    "detect with an empty text": "_detect('  ', 1)",
    "detect with bytes": "_detect(b'red block', 1)",
    "detect without arguments": "_detect()",
    "detect with too many": "_detect('red block', 1, 2, 3)",
    "detect by other names": "_detect(name='red block')",
    "find with a dictionary": "_find({'a': 1}, 1)",
    "hand with an argument": "_hand(1)",
    "step with a truth as index": "_step(True, 1, 'gripper', [None] * 5)",
    "step with a fraction as index": "_step(0.5, 1, 'gripper', [None] * 5)",
    "step with NaN as index": "_step(float('nan'), 1, 'gripper', [None] * 5)",
    "step before the first": "_step(-1, 1, 'gripper', [None] * 5)",
    "step far ahead": "_step(10**400, 1, 'gripper', [None] * 5)",
    "step with a text as index": "_step('0', 1, 'gripper', [None] * 5)",
    "step of nothing": "_step(0, 1, None, [None] * 5)",
    "step of a list": "_step(0, 1, ['gripper'], [None] * 5)",
    "step of a number": "_step(0, 1, 7, [None] * 5)",
    "maps as a text": STEP.format("'affordance'"),
    "maps as a dictionary": STEP.format("{'affordance': []}"),
    "maps as a set": STEP.format("{1, 2, 3}"),
    "maps as a function": STEP.format("detect"),
    "maps as a class": STEP.format("Vec"),
    "maps as an object": STEP.format("Vec([1, 2, 3, 4, 5])"),
    "maps as a list of itself": "x = []\nx.append(x)\n" + STEP.format("x"),
    "maps as a deep list": (
        "x = []\nfor i in range(100000):\n    x = [x]\n" + STEP.format("x")
    ),
    "maps as a long list": STEP.format("[[]] * 10**6"),
    "a map that is a number": STEP.format("[1, 2, 3, 4, 5]"),
    "a map of an unknown kind": STEP.format("[['colour', []]] + [None] * 4"),
    "a map within itself": (
        "m = ['affordance', []]\nm[1].append(['combine', '+', m, False])\n"
        + STEP.format("[m, None, None, None, None]")
    ),
    "operations as a text": MAPS.format("'near'"),
    "operations that are numbers": MAPS.format("[1, 2, 3]"),
    "an operation without facts": MAPS.format("[['near']]"),
    "a voxel of fractions": MAPS.format("[['near', [0.5, 1.5, 2.5], 1.0, 1.0]]"),
    "a voxel far outside": MAPS.format("[['near', [10**30, 0, 0], 1.0, 1.0]]"),
    "a voxel of NaN": MAPS.format("[['near', [float('nan')] * 3, 1.0, 1.0]]"),
    "a box that is huge": MAPS.format("[['box', [0, 0, 0], [10**18] * 3, 1.0]]"),
    "a radius of NaN": MAPS.format("[['near', [1, 1, 1], float('nan'), 1.0]]"),
    "a radius of a huge integer": MAPS.format("[['near', [1, 1, 1], 10**400, 1.0]]"),
    "a value without end": MAPS.format("[['near', [1, 1, 1], 1.0, float('inf')]]"),
    "a value that is a text": MAPS.format("[['near', [1, 1, 1], 1.0, '1']]"),
    "an object never seen": MAPS.format("[['object', 10**9, 1.0, 1.0]]"),
    "an object as an operator": MAPS.format("[['combine', detect, 1.0, False]]"),
    "a division by zero": (
        "m = get_empty_affordance_map()\nexecute('gripper', 1 / (m * 0))"
    ),
    "a value too large by arithmetic": (
        "m = get_empty_affordance_map() + 1e6\n"
        "for i in range(60):\n    m = m * 1e6\nexecute('gripper', m)"
    ),
    "say with a number": "_say(7, 1)",
    "say with a long text": "_say('a' * 10**7, 1)",
    "ask with a list": "_ask([], 1)",
    "ask with nothing": "_ask('', 1)",
    "remember with a list": "_remember('a', [1, 2], 1)",
    "remember with a huge integer": "_remember('a', 10**4000, 1)",
    "recall with a dictionary": "_recall({})",
    "recall with a long name": "_recall('a' * 10**6)",
    "wait with a text and more": "_wait('x', 'y')",
    "give up with a number": "_grasp_failed(7, 1)",
    "step with a fraction that is whole": "_step(0.0, 1, 'gripper', [None] * 5)",
    "a line that is no line": "_say('x', [1] * 10)\n_say(7, {})",
}

# What is odd but may go through, in a form that harms nobody.
ODD = {
    "detect with half a letter": "_detect('red \\ud800 block', 1)",
    "detect with a zero letter": "_detect('red\\x00block', 1)",
    "say with half a letter": "_say('\\udfff', 1)",
    "remember with half a letter": "_remember('a\\ud800', 'b', 1)",
    "remember half a letter": "_remember('a', '\\ud800', 1)",
    "say what clears a screen": "_say('\\x1b[2J\\x1b]0;title\\x07 hello', 1)",
    "a line far off": "_say('hello', 10**30)",
}
