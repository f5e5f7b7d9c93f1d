# ruff: noqa: E501 - an attack is read more easily on one line
"""What a cheat might hand in: name -> the code of the answer cell.

Each defines `easy` honestly, which earns 1 point, and cannot do `hard`. Names in capitals are filled in by the test.
"""

EASY = "def easy(x):\n    return x + 1\n"

READING = {
    "read-source": "print(open('COURSE/source/task/nb.ipynb').read())",
    "read-release": "import glob\nprint([open(p).read() for p in glob.glob('COURSE/**', recursive=True)])",
    "read-gradebook": "print(open('COURSE/gradebook.db', 'rb').read())",
    "read-peer": "print(open('COURSE/submitted/honest/task/nb.ipynb').read())",
    "read-log": "import os\nprint(os.listdir('COURSE/grading_log'), os.listdir('COURSE/autograded'))",
    "read-home": "print(open('CANARY').read())",
    "read-environment": "import os\nprint(dict(os.environ))\nprint(open('/proc/self/environ').read())",
    "read-all-environments": (
        "import glob\nfor p in glob.glob('/proc/[0-9]*/environ') + glob.glob('/proc/*/task/*/environ'):\n"
        "    try: print(open(p, 'rb').read())\n    except OSError: pass"
    ),
    "read-through-root-links": (
        "import os\nfor base in ('/proc/1/root', '/proc/self/root', '/proc/1/cwd', '/old', '/proc/self/cwd/../../..'):\n"
        "    try: print(open(base + 'CANARY').read())\n    except OSError as e: print(type(e))"
    ),
    "read-inherited-descriptors": (
        "import os\nfor n in range(3, 300):\n    try:\n        os.set_blocking(n, False)\n"
        "        print(n, os.readlink(f'/proc/self/fd/{n}'))\n        os.lseek(n, 0, 0); print(os.read(n, 10000))\n"
        "    except OSError: pass"
    ),
    "read-shadow": "print(open('/etc/shadow').read(), open('/etc/passwd').read())",
    "read-memory-of-others": (
        "import ctypes, os\nlibc = ctypes.CDLL(None)\nfor pid in range(1, 2000):\n"
        "    libc.ptrace(16, pid, 0, 0)\n    try: print(open(f'/proc/{pid}/mem', 'rb').read(10))\n    except OSError: pass"
    ),
    "read-hidden-tests-through-frames": (
        "import sys, gc\nframe = sys._getframe()\nwhile frame:\n    print(list(frame.f_locals.values()))\n"
        "    frame = frame.f_back\nprint([o for o in gc.get_objects() if isinstance(o, str) and 'SECRET' + '-TEST' in o])"
    ),
}

WRITING = {
    "write-gradebook": (
        "import sqlite3\nc = sqlite3.connect('COURSE/gradebook.db')\nc.execute('update grade set auto_score = 99')\nc.commit()"
    ),
    "write-config": "open('COURSE/nbgrader_config.py', 'a').write('import os')",
    "write-peer": "open('COURSE/submitted/honest/task/nb.ipynb', 'w').write('{}')",
    "write-own-notebook": "open('nb.ipynb', 'w').write('{}')\nopen('COURSE/submitted/x/task/nb.ipynb', 'w').write('{}')",
    "write-library": "import pretraining.grading.score as s\nopen(s.__file__, 'a').write('raise SystemExit')",
    "write-packages": "import json\nopen(json.__file__, 'a').write('raise SystemExit')",
    "write-interpreter": "import sys\nopen(sys.prefix + '/lib/evil.pth', 'w').write('import os')\nopen('/usr/evil', 'w')",
    "write-home": "open('CANARY', 'w').write('changed')",
    "write-temporary": "open('/tmp/CANARYNAME', 'w').write('was here')",
    "write-shared-memory": "open('/dev/shm/CANARYNAME', 'w').write('was here')",
    "write-symlink": "import os\nos.symlink('CANARY', 'link')\nopen('link', 'w').write('changed')",
    "remount": (
        "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "print(libc.mount(None, b'/usr', None, 32 | 4096, None), libc.umount2(b'/usr', 2), libc.unshare(0x10000000))\n"
        "open('/usr/evil', 'w').write('x')"
    ),
    "chroot-out": (
        "import os\nos.mkdir('jail')\nhere = os.open('/', os.O_RDONLY)\nos.chroot('jail')\nos.fchdir(here)\n"
        "os.chroot('../../..')\nprint(open('CANARY').read())"
    ),
    "become-root": "import os\nos.setuid(0)\nos.setgid(0)\nprint('uid', os.getuid(), open('CANARY').read())",
}

NETWORK = {
    "connect-local": "import socket\ns = socket.create_connection(('127.0.0.1', PORT), 2)\ns.send(b'hello')",
    "connect-out": "import urllib.request\nprint(urllib.request.urlopen('http://10.0.0.1', timeout=2).read())",
    "send-datagram": (
        "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.sendto(b'x', ('127.0.0.1', PORT))"
    ),
    "connect-unix": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('UNIXSOCKET')\ns.send(b'hello')",
    "connect-abstract": "import socket\ns = socket.socket(socket.AF_UNIX)\ns.connect('\\0CANARYNAME')\ns.send(b'hello')",
    "netlink": "import socket\ns = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)\ns.bind((0, 0))",
}

PROCESSES = {
    "kill-grader": (
        "import os, signal\nfor pid in list(range(2, 40000)):\n    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass"
    ),
    "kill-group": "import os\nos.kill(-1, 9)\nos.killpg(0, 9)",
    "leave-daemon": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(3600)\n    os._exit(0)"
    ),
    "fork-bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "thread-bomb": (
        "import threading, time\nwhile True:\n    try: threading.Thread(target=time.sleep, args=(99,)).start()\n"
        "    except RuntimeError: break"
    ),
    "memory-bomb": "hoard = []\nwhile True:\n    hoard.append(bytearray(50_000_000))",
    "shared-memory-bomb": (
        "import mmap, os\nhoard = []\nfor _ in range(30):\n    if os.fork() == 0:\n"
        "        m = mmap.mmap(-1, 400_000_000)\n        m.write(b'x' * 400_000_000)\n        import time; time.sleep(60)\n"
        "import time; time.sleep(60)"
    ),
    "disk-filler": "f = open('big', 'wb')\nwhile True:\n    f.write(bytes(10_000_000))",
    "many-files": "import itertools\nfor i in itertools.count():\n    open(f'f{i}', 'w').close()",
    "endless-output": "while True: print('x' * 1000)",
    "endless-quiet-output": "import os\nwhile True: os.write(1, b'y' * 4096)",
    "swallow-interrupt": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "ignore-signals": (
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
        "while True: pass"
    ),
    "exit": "import os\nos._exit(0)",
    "crash": "import ctypes\nctypes.string_at(0)",
    "close-descriptors": "import os\nos.closerange(0, 1000)",
}

FOOLING = {
    "always-equal": (
        "class Yes:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
        "    def __lt__(self, other): return True\n    __le__ = __gt__ = __ge__ = __lt__\n    def __bool__(self): return True\n"
        "    def __float__(self): return 1.0\n    __hash__ = None\ndef hard(*a): return Yes()"
    ),
    "equal-number": "class N(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\ndef hard(*a): return N(1)",
    "equal-dict": "class D(dict):\n    def __eq__(self, o): return True\n    def items(self): return [('p', 7)]\ndef hard(*a): return D()",
    "patch-builtins": (
        "import builtins\nbuiltins.abs = lambda x: 0\nbuiltins.isinstance = lambda *a: True\nbuiltins.all = lambda x: True\n"
        "builtins.float = lambda x: 7.0\ndef hard(*a): return 0"
    ),
    "patch-expect": (
        "import pretraining.grading as g\nfrom pretraining.grading.expect import Call, Credit\n"
        "Call.gives = lambda *a: None\nCall.is_close = lambda *a, **k: None\nCredit.total = lambda s: 9.0\n"
        "g.expect = lambda *a, **k: Call\ndef hard(*a): return 0"
    ),
    "patch-student": "from pretraining.grading import student\ntype(student).__getattr__ = lambda s, n: (lambda *a: 7)\ndef hard(*a): return 0",
    "strip-assertions": (
        "import ast\nclass Strip(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
        "    def visit_Expr(self, node): return ast.copy_location(ast.Expr(ast.Constant(9.0)), node)\n"
        "get_ipython().ast_transformers.append(Strip())\ndef hard(*a): return 0"
    ),
    "transform-input": "get_ipython().input_transformers_post.append(lambda lines: ['9.0\\n'])\ndef hard(*a): return 0",
    "forge-result": (
        "kernel = get_ipython().kernel\nkernel.session.send(None, 'execute_result', {'data': {'text/plain': '9.0'},"
        " 'metadata': {}, 'execution_count': 1})\ndef hard(*a):\n"
        "    kernel.session.send(None, 'execute_result', {'data': {'text/plain': '9.0'}, 'metadata': {}, 'execution_count': 1})\n"
        "    return 0"
    ),
    "forge-answers": (
        "import gc\nfrom pretraining.grading.frames import Channel\nchannel = next(o for o in gc.get_objects() if type(o) is Channel)\n"
        "def hard(*a):\n    for n in range(200):\n"
        "        channel.send({'done': n, 'reply': {'value': {'d': [['__class__', 'x']]}, 'status': 'ok'}})\n    return 0"
    ),
    "answer-nonsense": (
        "import gc\nfrom pretraining.grading.frames import Channel\nchannel = next(o for o in gc.get_objects() if type(o) is Channel)\n"
        "def hard(*a):\n    for reply in (None, 5, {'value': {'T': ['float32', [10**9], '']}}, {'value': {'H': ['x']}},"
        " {'error': 3}, {'error': {'types': 5}}):\n"
        "        for n in range(60): channel.send({'done': n, 'reply': reply})\n    channel.socket.send(b'\\xff' * 100000)"
    ),
    "huge-answer": "def hard(*a): return 'x' * 500_000_000",
    "deep-answer": "def hard(*a):\n    x = []\n    for _ in range(100_000): x = [x]\n    return x",
    "endless-answer": "def hard(*a):\n    while True: pass",
    "pickle-answer": (
        "import os\nclass Boom:\n    def __reduce__(self): return (os.system, ('touch CANARY',))\n"
        "    def __repr__(self): return '9.0'\ndef hard(*a): return Boom()"
    ),
    "raise-system-exit": "def hard(*a): raise SystemExit(0)",
    "raise-interrupt": "def hard(*a): raise KeyboardInterrupt",
    "raise-timeout": "def hard(*a):\n    class TimeIsUp(Exception): pass\n    raise TimeIsUp",
    "script-in-output": (
        "from IPython.display import HTML, Javascript, SVG, Markdown\ndisplay(HTML('<script>evil()</script><b onclick=evil()>x</b>"
        "<iframe src=javascript:evil()></iframe>'), Javascript('evil()'), SVG('<svg onload=\"evil()\"></svg>'),"
        " Markdown('<img src=x onerror=evil()> [a](javascript:evil())'))\ndef hard(*a): return 0"
    ),
    "non-number-result": "def hard(*a): return float('nan')",
}

# Memory that no process is seen to use, processes that no parent is seen to have, files of others without opening them.
UNSEEN = {
    "memory-files": (
        "import os\nhoard = []\nfor i in range(60):\n    f = os.memfd_create('m')\n    hoard.append(f)\n"
        "    for _ in range(4): os.write(f, bytes(20_000_000))"
    ),
    "forgotten-shared-pages": (
        "import mmap\nhoard = []\nfor _ in range(40):\n    m = mmap.mmap(-1, 40_000_000)\n    m.write(bytes(40_000_000))\n"
        "    m.madvise(mmap.MADV_DONTNEED)\n    hoard.append(m)"
    ),
    "shared-zero-pages": (
        "import mmap, os\nf = os.open('/dev/zero', os.O_RDWR)\nhoard = [mmap.mmap(f, 50_000_000) for _ in range(8)]\n"
        "for m in hoard: m.write(b'x' * 50_000_000)"
    ),
    "system-v-memory": (
        "import ctypes\nlibc = ctypes.CDLL(None)\nn = libc.shmget(0x7ead, 30_000_000, 0o1666)\nlibc.shmat(n, None, 0)\n"
        "print('segment', n, libc.semget(0x7ead, 1, 0o1666), libc.msgget(0x7ead, 0o1666))"
    ),
    "orphan-memory-bomb": (
        "import os, time\nif os.fork() == 0:\n    if os.fork() == 0:\n        hoard = []\n        while True:\n"
        "            hoard.append(bytearray(b'x' * 20_000_000)); time.sleep(0.01)\n    os._exit(0)\ntime.sleep(2)"
    ),
    "hopping-process": (
        "import os\nif os.fork() == 0:\n    os.setsid()\n    while True:\n        if os.fork(): os._exit(0)"
    ),
    "change-modes": "import os\nfor p in ('CANARY', 'COURSE/gradebook.db', 'COURSE/submitted/honest'):\n    os.chmod(p, 0)",
    "change-times": "import os\nos.utime('CANARY', (1, 1))",
    "truncate-by-name": "import os\nos.truncate('CANARY', 0)",
    "limit-others": (
        "import resource\nfor pid in range(2, 40000):\n    try: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1))\n"
        "    except OSError: pass"
    ),
    "slow-others": (
        "import os\nfor pid in range(2, 40000):\n    try: os.setpriority(os.PRIO_PROCESS, pid, 19)\n    except OSError: pass"
    ),
    "keyring": "import ctypes\nprint(ctypes.CDLL(None).syscall(248, b'user', b'k', b'v', 1, -4))",
    "memory-file-program": (
        "import os, shutil\nf = os.memfd_create('p')\nos.write(f, open(shutil.which('cat'), 'rb').read())\n"
        "os.execv(f'/proc/self/fd/{f}', ['cat', 'CANARY'])"
    ),
    "set-user-id": "import shutil, os\nshutil.copy(shutil.which('cat'), 'c')\nos.chmod('c', 0o4755)\nos.system('./c CANARY')",
    "later-handlers": (
        "import atexit, signal, threading, time\natexit.register(open, '/tmp/CANARYNAME', 'w')\n"
        "signal.signal(signal.SIGTERM, lambda *a: open('/tmp/CANARYNAME', 'w'))\n"
        "threading.Thread(target=lambda: (time.sleep(1), open('/tmp/CANARYNAME', 'w'))).start()"
    ),
    "shell-and-magics": (
        "get_ipython().system('cat CANARY; kill -9 -1')\nget_ipython().run_line_magic('cat', 'CANARY')\n"
        "get_ipython().run_cell_magic('bash', '', 'cat CANARY')"
    ),
}

HOSTILE_VALUES = {
    "lying-class": (
        "class Lie:\n    @property\n    def __class__(self): return dict\n    def __getattr__(self, n): return lambda *a: 7\n"
        "    def __instancecheck__(self, o): return True\n    def __float__(self): return 7.0\n    def __hash__(self): return 1\n"
        "    def __eq__(self, o): return True\n    def __format__(self, s): return '9.0'\ndef hard(*a): return Lie()"
    ),
    "lying-tensor": (
        "import torch\nclass T(torch.Tensor):\n    @classmethod\n    def __torch_function__(cls, *a, **k): return True\n"
        "def hard(*a): return {'p': torch.ones(1).as_subclass(T)}"
    ),
    "lying-list": (
        "class L(list):\n    def __iter__(self): return iter([('p', 7)])\n    def __len__(self): return 1\n"
        "    def __eq__(self, o): return True\ndef hard(*a): return L()"
    ),
    "not-a-number": "def hard(*a): return {'p': float('nan')}",
    "infinite": "def hard(*a): return {'p': float('inf')}",
    "million-digits": "def hard(*a): return {'p': 1 << 4_000_000}",
    "negative-zero": "def hard(*a): return {'p': -0.0}",
    "half-characters": "def hard(*a):\n    print('\\ud800')\n    return {'p\\ud800': '\\udfff'}",
    "colliding-keys": "def hard(*a): return {i * (2**61 - 1): 0 for i in range(1, 30_000)}",
    "loop-in-itself": "def hard(*a):\n    d = {}\n    d['p'] = d\n    return d",
    "different-each-time": "import itertools\ncount = itertools.count()\ndef hard(*a): return {'p': 7 if next(count) == 0 else 0}",
    "look-at-caller": (
        "import sys\ndef hard(*a):\n    f = sys._getframe()\n    while f:\n        print(f.f_locals)\n        f = f.f_back\n    return 0"
    ),
    "trace-everything": "import sys\nsys.settrace(lambda f, e, a: (print(f.f_code.co_name), None)[1])\ndef hard(*a): return 0",
    "both-answer": "import os\ndef hard(*a):\n    os.fork()\n    return {'p': 7 if os.getpid() == 1 else 0, 'q': 1}",
    "unfinished-frame": (
        "import gc\nfrom pretraining.grading.frames import Channel\nchannel = next(o for o in gc.get_objects() if type(o) is Channel)\n"
        "def hard(*a):\n    channel.socket.setblocking(True)\n    channel.socket.sendall(b'\\x01\\x00\\x00\\x00{')\n    while True: pass"
    ),
    "flood-of-frames": (
        "import gc\nfrom pretraining.grading.frames import Channel\nchannel = next(o for o in gc.get_objects() if type(o) is Channel)\n"
        "def hard(*a):\n    channel.socket.setblocking(True)\n    while True: channel.socket.sendall(b'\\x00\\x00\\x00\\x02{}' * 10000)"
    ),
    "endless-names-of-displays": (
        "import gc\nfrom pretraining.grading.frames import Channel\nchannel = next(o for o in gc.get_objects() if type(o) is Channel)\n"
        "for n in range(15):\n    channel.send({'type': 'display_data', 'content': {'data': {'text/plain': 'x'}, 'transient':"
        " {'display_id': str(n) + 'x' * 1_000_000}}})\ndef hard(*a): return 0"
    ),
    "amplified-display": (
        "from IPython.display import display, update_display\nfor i in range(1500): display('x', display_id='a')\n"
        "update_display({'text/plain': 'y' * 400_000}, raw=True, display_id='a')\ndef hard(*a): return 0"
    ),
    "infinite-picture": (
        "from IPython.display import publish_display_data\npublish_display_data({'text/plain': 'x'},"
        " metadata={'text/plain': {'width': float('inf')}})\ndef hard(*a): return 0"
    ),
    "hook-cells": (
        "ip = get_ipython()\nfor event in ('pre_run_cell', 'post_run_cell', 'pre_execute', 'post_execute'):\n"
        "    ip.events.register(event, lambda *a: ip.user_ns.update(Credit=None, expect=lambda *a: 9.0))\n"
        "ip.displayhook.write_format_data = lambda *a: print('9.0')\nip.user_ns['_ih'][:] = ['9.0'] * 9\ndef hard(*a): return 0"
    ),
    "replace-library": (
        'import json, struct, sys\njson.dumps = lambda *a, **k: \'{"done": 4, "reply": {"value": true}}\'\n'
        "struct.Struct.pack = None if False else struct.Struct.pack\nsys.modules['struct'] = None\ndef hard(*a): return 0"
    ),
    "write-into-memory": ("import ctypes\nctypes.memset(id(True), 0x41, 32)\ndef hard(*a): return True"),
    "raise-hostile-error": (
        "class E(ValueError):\n    def __str__(self): raise SystemExit\nE.__name__ = 'x\\ud800'\ndef hard(*a): raise E"
    ),
}

CHANNEL = (
    "import gc, struct\nfrom pretraining.grading.frames import Channel\n"
    "channel = next(o for o in gc.get_objects() if type(o) is Channel)\n"
)
# What is aimed at the grader itself: its time, its memory, and what it believes a cell or an object to be.
GRADER = {
    "deep-displays": (
        CHANNEL + "for depth in range(200, 1000, 9):\n    deep = '[' * depth + ']' * depth\n"
        '    m = \'{"type":"display_data","content":{"data":{"application/json":\' + deep + \'}}}\'\n'
        "    channel.socket.sendall(struct.pack('!I', len(m)) + m.encode())\ndef hard(*a): return 0"
    ),
    "many-small-parts": (
        CHANNEL + "m = b'{\"type\":\"stream\",\"content\":[' + b'[],' * 6_000_000 + b'[]]}'\n"
        "channel.socket.setblocking(True)\nchannel.socket.sendall(struct.pack('!I', len(m)) + m)\ndef hard(*a): return 0"
    ),
    "endless-error": (
        CHANNEL
        + "for n in range(40): channel.send({'done': n, 'reply': {'status': 'error', 'ename': 'E', 'execution_count': -7,"
        " 'evalue': 'v', 'traceback': ['x' * 400_000]}})\ndef hard(*a): return 0"
    ),
    "slow-html": (
        "from IPython.display import HTML\nfor tag in ('<a ' + 'a=1 ' * 120_000 + '>', '<' * 480_000, '&' * 480_000,"
        " '<!--' * 120_000, '<b ' + 'a ' * 200_000 + '>'):\n    display(HTML(tag))\ndef hard(*a): return 0"
    ),
    "agreeing-handle": (
        "class Yes:\n    def __getattr__(self, name): return lambda *a, **k: True\n    def __call__(self, *a): return 7\n"
        "    p = 7\n    def __getitem__(self, k): return 7\n    def keys(self): return ['p']\n    def items(self): return [('p', 7)]\n"
        "    def __reduce_ex__(self, n): return (print, ())\ndef hard(*a): return Yes()"
    ),
    "hostile-names": (
        "class Odd: pass\nOdd.__name__ = 'dict\\ud800' * 1000\nclass E(Exception): pass\nE.__name__ = 'Value\\x00Error'\n"
        "calls = []\ndef hard(*a):\n    calls.append(1)\n    if len(calls) % 2: return Odd()\n    raise E('\\x00\\ud800')"
    ),
    "shadowing-files": (
        "import os\nos.makedirs(os.path.expanduser('~/.ipython/profile_default/startup'), exist_ok=True)\n"
        "for p in ('sitecustomize.py', 'usercustomize.py', 'json.py', 'torch.py', 'pretraining.py',"
        " '.ipython/profile_default/startup/a.py'):\n    open(p, 'w').write('open(\"/tmp/CANARYNAME\", \"w\")')\ndef hard(*a): return 0"
    ),
    "stop-itself": "import os, signal\ndef hard(*a): os.kill(os.getpid(), signal.SIGSTOP)",
    "busy-afterwards": (
        "import os\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n        while True: pass\ndef hard(*a): return 0"
    ),
    "newer-calls": (
        "import ctypes, socket\nlibc = ctypes.CDLL(None)\nfor call in (272, 308, 321, 323, 425, 428, 430, 434, 438, 442, 448, 450, 462):\n"
        "    print(call, libc.syscall(call, -1, 0, 0, 0, 0))\nfor family in (17, 38, 40, 44):\n    try: socket.socket(family, 1)\n"
        "    except OSError as e: print(e)\ndef hard(*a): return 0"
    ),
    "open-descriptors-anew": (
        "import os\nfor n in os.listdir('/proc/self/fd'):\n    for how in (os.O_RDONLY, os.O_RDWR):\n"
        "        try: print(n, os.read(os.open(f'/proc/self/fd/{n}', how | os.O_NONBLOCK), 9999))\n        except OSError: pass\n"
        "def hard(*a): return 0"
    ),
    "clock-tricks": (
        "import time, signal\ntime.monotonic = time.time = lambda: 0.0\ntime.sleep = lambda s: None\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)\nsignal.signal(signal.SIGALRM, lambda *a: None)\ndef hard(*a): return 0"
    ),
}

ALL = {**READING, **WRITING, **NETWORK, **PROCESSES, **FOOLING, **UNSEEN, **HOSTILE_VALUES, **GRADER}
