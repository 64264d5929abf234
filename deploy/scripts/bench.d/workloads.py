"""What is profiled: built once into a directory of the run."""

import os
import shutil
import subprocess
from pathlib import Path

import processes

SOURCES = Path(__file__).parent
EXECUTABLES = 20
SLEEPERS = 200
SHORT_PER_SECOND = 20
# About 8 ms of work.
SHORT_ITERATIONS = 10_000_000


class Workloads:
    def __init__(self, directory):
        self.directory = Path(directory)
        self.spin = self._c("spin.c", "spin")
        self.spawner = self._c("spawner.c", "spawner")
        self.sleepers = [
            self._c("sleeper.c", f"sleeper{i}", f"-DVARIANT={i}") for i in range(EXECUTABLES)
        ]
        self.go = self._go()
        self._run("javac", "-d", directory, *SOURCES.glob("*.java"))

    def _c(self, source, name, *flags):
        out = self.directory / name
        common = ["-O1", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls"]
        self._run("gcc", *common, *flags, "-o", out, SOURCES / source)
        return out

    def _go(self):
        out = self.directory / "spingo"
        environment = {**os.environ, "GOFLAGS": "-buildvcs=false", "GO111MODULE": "off"}
        self._run("go", "build", "-o", out, SOURCES / "spin.go", env=environment)
        return out

    @staticmethod
    def _run(*command, env=None):
        subprocess.run([str(word) for word in command], check=True, env=env)

    def spinners(self, depth, count):
        """Programs that spin at a depth of their own, below main and its start-up code."""
        return [processes.start([self.spin, str(depth)]) for _ in range(count)]

    def java_spinners(self, depth, count):
        """The same in Java, below the dozen frames that a Java machine starts with."""
        options = ["-Xmx64m", "-XX:MaxRecursiveInlineLevel=0", "-cp", self.directory]
        return [processes.start(["java", *options, "Deep", str(depth)]) for _ in range(count)]

    def compiler(self):
        """A JVM that runs thousands of methods."""
        made = self.directory / "made"
        made.mkdir(exist_ok=True)
        return processes.start(["java", "-Xmx256m", "-cp", self.directory, "Compiles", made])

    def long_running(self):
        """Two C programs, Go, Node.js and a JVM."""
        return [
            *self.spinners(5, 1),
            *self.spinners(30, 1),
            processes.start([self.go]),
            processes.start([shutil.which("node"), SOURCES / "spin.js"]),
            processes.start(["java", "-Xmx64m", "-cp", self.directory, "Spin"]),
        ]

    def short_processes(self):
        """Starts 20 processes a second, of about 8 ms each."""
        return processes.start(
            [self.spawner, str(SHORT_PER_SECOND), self.spin, "10", str(SHORT_ITERATIONS)]
        )

    def many_sleepers(self):
        return [
            processes.start([self.sleepers[i % EXECUTABLES]]) for i in range(SLEEPERS)
        ]

    def victims(self, iterations):
        """One victim on each CPU, at the same time; CPU and wall seconds of all together."""
        started = [
            processes.start(
                ["taskset", "-c", str(cpu), self.spin, "10", str(iterations)],
                stdout=subprocess.PIPE,
                text=True,
            )
            for cpu in sorted(os.sched_getaffinity(0))
        ]
        times = [process.communicate()[0].split() for process in started]
        for process in started:
            processes.end(process)
        return tuple(sum(int(pair[i]) for pair in times) / 1e9 for i in (0, 1))


def end(workload):
    for process in workload:
        processes.end(process)
