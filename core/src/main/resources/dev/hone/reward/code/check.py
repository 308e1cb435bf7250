"""Runs tests of a function that nobody has read.

Two processes: the tests run in this one, the solution in its child. Values pass between them as text, so that the solution
sees arguments and gives results, and nothing else: neither the tests nor what they expect are ever in its memory, and what it does to
builtins, modules, streams, exit codes or to the equality of its own objects does not reach the tests. This process is not
dumpable, which denies processes of the same user its memory and its files; the word that says "all is well" is in it alone.

Standard input: one JSON object {word, solution, tests: [source], entry}. With an entry the tests define check(candidate); without one
each of them is a statement that raises or not. Standard output: lines that start with the word.
"""
import builtins
import ctypes
import json
import os
import sys

sys.path[:] = [place for place in sys.path if place]  # the working folder is the solution's
sys.set_int_max_str_digits(0)
PLAIN = (str, bool, type(None))
MANY = 100_000


def encoded(value, handle):
    """A value as JSON; what has no such form by its handle, a number."""
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is int or kind is float:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, complex):
        return ["complex", value.real, value.imag]
    if isinstance(value, (bytes, bytearray)):
        return ["bytes", bytes(value).hex()]
    if isinstance(value, list):
        return ["list", [encoded(each, handle) for each in list.__iter__(value)]]
    if isinstance(value, tuple):
        return ["tuple", [encoded(each, handle) for each in tuple.__iter__(value)]]
    if isinstance(value, set):
        return ["set", [encoded(each, handle) for each in set.__iter__(value)]]
    if isinstance(value, frozenset):
        return ["frozenset", [encoded(each, handle) for each in frozenset.__iter__(value)]]
    if isinstance(value, dict):
        return ["dict", [[encoded(key, handle), encoded(each, handle)] for key, each in dict.items(value)]]
    if kind is range:
        return ["range", value.start, value.stop, value.step]
    if isinstance(value, type) and getattr(builtins, value.__name__, None) is value:
        return ["type", value.__name__]
    return ["other", handle(value)]


def decoded(form, other):
    if type(form) is not list:
        return form
    kind, *rest = form
    if kind == "complex":
        return complex(*rest)
    if kind == "bytes":
        return bytes.fromhex(rest[0])
    if kind == "dict":
        return {decoded(key, other): decoded(each, other) for key, each in rest[0]}
    if kind == "range":
        return range(*rest)
    if kind == "type":
        found = getattr(builtins, rest[0])
        return found if isinstance(found, type) else None
    if kind == "other":
        return other(rest[0])
    make = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "iterator": iter}[kind]
    return make([decoded(each, other) for each in rest[0]])


def solve(reader, writer):
    """The child: defines the solution, then answers what is asked of its names until the questions end."""
    import types

    things = []
    numbers = {}

    def handle(value):
        if id(value) not in numbers:
            numbers[id(value)] = len(things)
            things.append(value)
        return numbers[id(value)]

    def result(value):
        if hasattr(type(value), "__next__"):
            items = []
            for each in value:
                items.append(encoded(each, handle))
                if len(items) > MANY:
                    raise ValueError("an iterator without an end")
            return ["iterator", items]
        return encoded(value, handle)

    def answer(question):
        what, target, name, arguments, named = question
        if what == "get":
            return [getattr(things[target], name), []]
        if what == "set":
            setattr(things[target], name, decoded(arguments, things.__getitem__))
            return [None, []]
        function = getattr(module, name) if target is None else things[target]
        given = [decoded(each, things.__getitem__) for each in arguments]
        words = {key: decoded(each, things.__getitem__) for key, each in named.items()}
        value = function(*given, **words)
        return [value, [encoded(each, handle) for each in given]]

    def say(form):
        writer.write(json.dumps(form) + "\n")
        writer.flush()

    source = json.loads(reader.readline())
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    names = {}
    try:
        exec(compile(source, "solution.py", "exec"), module.__dict__)
        for name, value in list(module.__dict__.items()):
            if name.startswith("__"):
                continue
            if isinstance(value, types.ModuleType):
                names[name] = ["module", value.__name__]
            elif callable(value):
                names[name] = ["function"]
            else:
                names[name] = ["value", encoded(value, handle)]
        say(["names", names])
    except BaseException as error:
        say(["error", type(error).__name__, str(error)[:500]])
        os._exit(1)
    for line in reader:
        try:
            value, after = answer(json.loads(line))
            say(["value", result(value), after])
        except BaseException as error:
            say(["error", type(error).__name__, str(error)[:500]])
    os._exit(0)


class Failure(Exception):
    """The solution has raised something that is no builtin exception, or has ended."""


class Solution:
    """The child as the tests see it: names that can be called."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    def read(self):
        line = self.reader.readline()
        if not line:
            raise Failure("the solution has ended")
        reply = json.loads(line)
        if reply[0] != "error":
            return reply[1:]
        kind = getattr(builtins, str(reply[1]), None)
        if isinstance(kind, type) and issubclass(kind, Exception):
            raise kind(reply[2])
        raise Failure("%s: %s" % (reply[1], reply[2]))

    def tell(self, form):
        self.writer.write(json.dumps(form) + "\n")
        self.writer.flush()

    def ask(self, what, target, name, arguments, named):
        self.tell([what, target, name, arguments, named])
        value, after = self.read()
        return decoded(value, self.remote), after

    def remote(self, number):
        return Remote(self, None, number)

    def form(self, value):
        return encoded(value, self.unknown)

    def unknown(self, value):
        if type(value) is Remote:
            return object.__getattribute__(value, "_number")
        raise TypeError("a value of type %s cannot be handed to the solution" % type(value).__name__)


class Remote:
    """An object of the solution: it can be called, and its attributes read and set. It equals itself alone."""

    def __init__(self, solution, name, number):
        object.__setattr__(self, "_solution", solution)
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_number", number)

    def __call__(self, *arguments, **named):
        solution = object.__getattribute__(self, "_solution")
        forms = [solution.form(each) for each in arguments]
        value, after = solution.ask(
            "call",
            object.__getattribute__(self, "_number"),
            object.__getattribute__(self, "_name"),
            forms,
            {key: solution.form(each) for key, each in named.items()},
        )
        for given, before, now in zip(arguments, forms, after):
            if before != now:
                change(given, decoded(now, solution.remote))
        return value

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        solution = object.__getattribute__(self, "_solution")
        return solution.ask("get", object.__getattribute__(self, "_number"), name, None, None)[0]

    def __setattr__(self, name, value):
        solution = object.__getattribute__(self, "_solution")
        solution.ask("set", object.__getattribute__(self, "_number"), name, solution.form(value), None)


def change(given, now):
    """Does to an argument what the solution has done to its copy."""
    if type(given) is not type(now):
        return
    if isinstance(given, list):
        given[:] = now
    elif isinstance(given, (dict, set)):
        given.clear()
        given.update(now)


def offered(names, tests, entry):
    """The solution's names that tests see. Builtins are not among them, or a solution could be right by its own idea of "sorted" or "all";
    but where the tests use none of its other names they are about one that is called like a builtin."""
    names = {name: value for name, value in names.items() if not name.startswith("__")}
    used = {entry} | {name for test in tests for name in test.co_names}
    own = {name: value for name, value in names.items() if not hasattr(builtins, name)}
    return own if used & own.keys() else names


def main():
    prctl = ctypes.CDLL(None).prctl
    if prctl(4, 0, 0, 0, 0) != 0 or prctl(3, 0, 0, 0, 0) != 0:  # PR_SET_DUMPABLE, PR_GET_DUMPABLE
        raise SystemExit("this process cannot be hidden")
    down, up = os.pipe(), os.pipe()
    if os.fork() == 0:
        null = os.open("/dev/null", os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        for stream in (null, down[1], up[0]):
            os.close(stream)
        solve(os.fdopen(down[0]), os.fdopen(up[1], "w"))
    os.close(down[0])
    os.close(up[1])
    job = json.loads(sys.stdin.buffer.read())  # all of it, before the solution runs
    word = job["word"]
    verdict = os.dup(1)
    null = os.open("/dev/null", os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)

    def say(*parts):
        os.write(verdict, (" ".join([word, *map(str, parts)]) + "\n").encode())

    try:
        tests = [compile(test, "tests.py", "exec") for test in job["tests"]]
    except (SyntaxError, ValueError) as error:
        say("unreadable", error)
        os._exit(0)
    say("begin")
    solution = Solution(os.fdopen(up[0]), os.fdopen(down[1], "w"))
    space = {"__name__": "tests"}
    passed = 0
    try:
        solution.tell(job["solution"])
        for name, (kind, *rest) in offered(solution.read()[0], tests, job["entry"]).items():
            if kind == "function":
                space[name] = Remote(solution, name, None)
            elif kind == "value":
                space[name] = decoded(rest[0], solution.remote)
            elif rest[0] in sys.stdlib_module_names:
                __import__(rest[0])
                space[name] = sys.modules[rest[0]]
        for number, test in enumerate(tests):
            try:
                if job["entry"] is not None:
                    candidate = space[job["entry"]]
                    exec(test, space)
                    space["check"](candidate)
                else:
                    exec(test, space)
                passed += 1
            except BaseException as error:
                say("failed", number, type(error).__name__, str(error).replace("\n", " ")[:200])
                if job["setup"] > number:
                    break
    except BaseException as error:
        say("failed", "solution", type(error).__name__, str(error).replace("\n", " ")[:200])
    say("passed", passed)
    os._exit(0)


main()
