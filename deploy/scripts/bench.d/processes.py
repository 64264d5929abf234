"""Processes that the benchmark starts, reads and ends; it never ends any other."""

import os
import signal
import subprocess
import time

_started = []


def start(command, **options):
    """Starts a process that is ended with the benchmark at the latest."""
    options.setdefault("stdout", subprocess.DEVNULL)
    options.setdefault("stderr", subprocess.DEVNULL)
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **options)
    _started.append(process)
    return process


def end(process, signal_number=signal.SIGTERM, within_seconds=30):
    """Ends a process and waits for it; returns its exit code."""
    if process.poll() is None:
        process.send_signal(signal_number)
        try:
            process.wait(within_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process in _started:
        _started.remove(process)
    return process.returncode


def end_all():
    for process in reversed(_started):
        if process.poll() is None:
            process.kill()
    for process in list(_started):
        process.wait()
    _started.clear()


def cpu_seconds(pid):
    """User and system time of all threads, to the nanosecond: the process's CPU clock, whose id is
    made of the pid (clock_getcpuclockid)."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e9


def memory_kib(pid):
    """RSS and its two parts, and the proportional share, in KiB."""
    fields = _fields(f"/proc/{pid}/status")
    rollup = _fields(f"/proc/{pid}/smaps_rollup")
    return {
        "rss": _kib(fields["VmRSS"]),
        "anonymous": _kib(fields["RssAnon"]),
        "file": _kib(fields["RssFile"]) + _kib(fields["RssShmem"]),
        "pss": _kib(rollup["Pss"]),
    }


def bpf_programs(pid, program_type):
    """Paths that tell of a process's BPF programs of a type (enum bpf_prog_type)."""
    found = []
    for descriptor in os.listdir(f"/proc/{pid}/fdinfo"):
        path = f"/proc/{pid}/fdinfo/{descriptor}"
        try:
            if _fields(path).get("prog_type") == str(program_type):
                found.append(path)
        except OSError:
            continue  # closed meanwhile
    return found


def bpf_runs(program):
    """Nanoseconds and runs of a BPF program while statistics were on."""
    fields = _fields(program)
    return int(fields["run_time_ns"]), int(fields["run_cnt"])


def busy_cpu_seconds():
    """CPU time that the machine did not idle, since boot."""
    with open("/proc/stat") as stat:
        ticks = [int(field) for field in stat.readline().split()[1:]]
    idle = ticks[3] + ticks[4]
    return (sum(ticks[:8]) - idle) / os.sysconf("SC_CLK_TCK")


def _fields(path):
    with open(path) as file:
        pairs = (line.partition(":") for line in file)
        return {name.strip(): value.strip() for name, _, value in pairs}


def _kib(value):
    return int(value.split()[0])
