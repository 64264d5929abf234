"""The two profilers that are compared: the daemon of this checkout, and perf record."""

import json
import os
import re
import signal
import time
import urllib.request
from pathlib import Path

import processes
from endpoint import Endpoint

REPOSITORY = Path(__file__).parents[3]
PERF_EVENT_PROGRAM = 7  # BPF_PROG_TYPE_PERF_EVENT


class Nodeflame:
    """A daemon with an empty cache that pushes to an endpoint of its own."""

    name = "nodeflame"

    def __init__(self, directory, hertz, has_store=False):
        self.directory = Path(directory)
        self.endpoint = Endpoint()
        self._log = open(self.directory / "daemon.log", "w")
        config = self.directory / "daemon.yaml"
        config.write_text(
            f"sampling: {{frequencyHz: {hertz}}}\n"
            f"symbols: {{cacheDir: {self.directory}/cache-{time.monotonic_ns()}}}\n"
            f"pyroscope: [{{name: bench, url: '{self.endpoint.url}'}}]\n"
            "server: {listen: '127.0.0.1:4049'}\n"
            f"store: {{enabled: {str(has_store).lower()}, dir: {self.directory}/store}}\n"
        )
        self.started_at = time.monotonic()
        self.process = processes.start(
            [REPOSITORY / "bin/nodeflame", "run", "--config", config],
            stdout=self._log,
            stderr=self._log,
        )
        self.pid = self.process.pid

    def await_first_profile(self):
        """Seconds and CPU seconds from the start to the first profile at the endpoint."""
        if not self.endpoint.first.wait(60):
            log = (self.directory / "daemon.log").read_text()
            raise SystemExit(f"bench: the daemon pushed nothing within 60 s:\n{log}")
        return self.endpoint.first_at - self.started_at, self.cpu_seconds()

    def cpu_seconds(self):
        return processes.cpu_seconds(self.pid)

    def bpf_program(self):
        """The sampling program, for processes.bpf_runs."""
        return processes.bpf_programs(self.pid, PERF_EVENT_PROGRAM)[0]

    def metrics(self):
        """Sums by metric name, over labels."""
        sums = {}
        with urllib.request.urlopen("http://127.0.0.1:4049/metrics", timeout=10) as answer:
            for line in answer.read().decode().splitlines():
                if not line.startswith("#"):
                    series, _, value = line.rpartition(" ")
                    name = series.partition("{")[0]
                    sums[name] = sums.get(name, 0) + float(value)
        return sums

    def distinct_functions(self, service, seconds):
        """Of a service's profiles of the last so many seconds, by the local store."""
        now = int(1000 * time.time())
        asked = {
            "profileTypeID": "process_cpu:cpu:nanoseconds:cpu:nanoseconds",
            "labelSelector": f'{{service_name="{service}"}}',
            "start": now - 1000 * seconds,
            "end": now,
            "maxNodes": 65536,
        }
        request = urllib.request.Request(
            "http://127.0.0.1:4049/querier.v1.QuerierService/SelectMergeStacktraces",
            json.dumps(asked).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return len(set(json.load(answer)["flamegraph"]["names"]))

    def samples(self):
        return self.metrics()["nodeflame_samples_taken_total"]

    def stop(self):
        """Ends the daemon; samples taken and lost by its own account."""
        processes.end(self.process)
        self._log.close()
        self.endpoint.close()
        log = (self.directory / "daemon.log").read_text()
        counts = re.search(r"Samples taken (\d+),.* lost (\d+)", log)
        if not counts:
            raise SystemExit(f"bench: the daemon did not end well:\n{log}")
        return int(counts[1]), int(counts[2])


class Perf:
    """perf record of the whole machine by the same event."""

    name = "perf"

    def __init__(self, directory, hertz):
        self.directory = Path(directory)
        self.output = self.directory / "perf.data"
        self._log = open(self.directory / "perf.log", "w")
        command = ["perf", "record", "-g", "-a", "-F", str(hertz), "-e", "cpu-clock"]
        self.process = processes.start(
            [*command, "-o", self.output], stdout=self._log, stderr=self._log
        )
        self.pid = self.process.pid
        self.started_at = time.monotonic()

    def cpu_seconds(self):
        return processes.cpu_seconds(self.pid)

    def stop(self):
        """Ends the recording; its samples, all its CPU seconds, and the bytes of its file."""
        self.process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(self.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        processes.end(self.process)
        self._log.close()
        log = (self.directory / "perf.log").read_text()
        counts = re.search(r"\((\d+) samples\)", log)
        if not counts:
            raise SystemExit(f"bench: perf record did not end well:\n{log}")
        return int(counts[1]), usage.ru_utime + usage.ru_stime, self.output.stat().st_size
