"""python.py <checkout> <line|block|mmap> <path> <file with the lines> <count>: sends the lines, prints JSON.

The module that defines create_writer is looked for in the checkout.
"""

import importlib
import importlib.util
import json
import os
import resource
import sys
import time


def main():
    checkout, kind, path, lines_path, count = sys.argv[1:6]
    count = int(count)
    module = find_module(checkout)
    with open(lines_path, encoding="utf-8") as file:
        lines = file.read().split("\n")[:-1]
    expected = size_of(lines, count)
    writer = create(module, path, kind)
    cpu, start = used(), time.monotonic()
    send = writer.send
    whole, rest = divmod(count, len(lines))
    for _ in range(whole):
        for line in lines:
            send(line)
    for line in lines[:rest]:
        send(line)
    # close() waits for two seconds at most, so wait until its thread has written everything.
    while time.monotonic() - start < 3600:
        written = writer.lines_written
        if written >= count:
            break
        if kind != "mmap" and os.path.exists(path) and os.path.getsize(path) >= expected:
            break
        if not writer.is_running:
            raise SystemExit("the thread of the writer has ended")
        time.sleep(0.001)
    seconds, cpu = time.monotonic() - start, used() - cpu
    writer.close()
    if kind == "mmap" and os.path.getsize(path) > expected:  # it leaves NULs at the end
        os.truncate(path, expected)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "peakRssMB": peak}))


def find_module(checkout):
    for folder, folders, files in os.walk(checkout):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and "test" not in name)
        for name in sorted(files):
            file = os.path.join(folder, name)
            if not name.endswith(".py") or "def create_writer(" not in open(file, encoding="utf-8").read():
                continue
            return load(file)
    raise SystemExit(f"no create_writer in {checkout}")


def load(file):
    """Imports a file under the full name of its package, so that its relative imports work."""
    top, names = os.path.dirname(os.path.abspath(file)), [os.path.splitext(os.path.basename(file))[0]]
    while os.path.exists(os.path.join(top, "__init__.py")):
        names.insert(0, os.path.basename(top))
        top = os.path.dirname(top)
    sys.path.insert(0, top)
    try:
        return importlib.import_module(".".join(name for name in names if name != "__init__"))
    except ImportError:  # the package around it needs something that is not installed
        spec = importlib.util.spec_from_file_location("choose_l2_reference", file)
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module


def create(module, path, kind):
    types = getattr(module, "WriterType", None)
    choice = types(kind) if types is not None else kind
    return module.create_writer(path, writer_type=choice)


def size_of(lines, count):
    sizes = [len(line.encode()) + 1 for line in lines]
    whole, rest = divmod(count, len(lines))
    return whole * sum(sizes) + sum(sizes[:rest])


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
