package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.CodeReport;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.hotspot.JavaLibrary;
import io.nodeflame.symbolizer.hotspot.JavaMachine;
import io.nodeflame.symbolizer.hotspot.MethodCache;
import io.nodeflame.symbolizer.perfmap.PageMemory;
import io.nodeflame.symbolizer.perfmap.PerfMap;
import io.nodeflame.symbolizer.perfmap.PerfMapLimits;
import io.nodeflame.symbolizer.perfmap.PerfMapReport;
import io.nodeflame.symbolizer.perfmap.PerfMapState;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessMemory;
import io.nodeflame.symbolizer.process.ProcessStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a process for people who ask: what runs there, how its stacks are walked, where names
 * come from. Reads all of it anew, beside what the daemon keeps, so that nothing of theirs is
 * shared with the threads that sample.
 */
final class CodeInspector {
  private static final CodeFiles.Limits FILES = new CodeFiles.Limits(512, 64);

  /** Enough to see that the file is one. */
  private static final PerfMapLimits A_LITTLE = new PerfMapLimits(64 << 10, 64 << 10, 100);

  private final ProcFs proc;
  private final StallGuard reads;
  private final LongSupplier nanoTime;

  /**
   * @param proc for this alone
   * @param reads for this alone
   */
  CodeInspector(ProcFs proc, StallGuard reads, LongSupplier nanoTime) {
    this.proc = proc;
    this.reads = reads;
    this.nanoTime = nanoTime;
  }

  /** Empty when there is no such process, or it has no code of its own. One at a time. */
  synchronized Optional<CodeReport> inspect(ProcessId process) throws IOException {
    MappedFiles mappedFiles = new MappedFiles(proc);
    try (CodeFiles files = new CodeFiles(mappedFiles, new OpenTables(), nanoTime, FILES)) {
      CodeReader reader = new CodeReader(proc, files, new KernelImages(mappedFiles, files));
      @Nullable MappedCode code = reader.read(process).code();
      Optional<ProcessStatus> status = proc.status(process.pid());
      if (code == null || status.isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(report(process, status.get(), code));
      } finally {
        code.release(nanoTime.getAsLong(), false);
      }
    }
  }

  private CodeReport report(ProcessId process, ProcessStatus status, MappedCode code)
      throws IOException {
    List<String> names = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    String runtime = "native code";
    String stacks = "by frame pointer";
    int library = JavaLibraries.find(code);
    Optional<ScriptRuntime> script = ScriptRuntime.of(code);
    Optional<String> withoutPerfMap = script.map(ScriptRuntime::withoutPerfMap);
    if (library >= 0) {
      try {
        runtime = "HotSpot " + javaVersion(process, code, library);
        stacks = "Java frames as the Java machine lays them out, native ones by frame pointer";
        names.add("Java methods: the memory of the Java machine");
      } catch (IOException e) {
        runtime = "a Java machine";
        missing.add("the Java machine is not read: " + e.getMessage());
        withoutPerfMap = Optional.of("it writes no perf-map either: its methods have no names");
      }
    } else if (script.isPresent()) {
      runtime = script.get().title();
    } else if (code.hasGo()) {
      runtime = "Go";
      stacks = "by frame pointer, on all of Go's stacks; callers of frameless functions by pclntab";
    }
    perfMap(status, withoutPerfMap, names, missing);
    names.add("files: their symbol tables, and those of debug files");
    return new CodeReport(runtime, stacks, names, missing);
  }

  private int javaVersion(ProcessId process, MappedCode code, int mapping) throws IOException {
    CodeFile file = code.file(mapping);
    if (file == null || !file.isOpen()) {
      throw new IOException("libjvm.so cannot be read");
    }
    JavaLibrary library = JavaLibrary.of(ElfFile.parse(file.bytes()));
    long bias = code.bias(mapping);
    ProcessMemory memory = proc.residentMemory(process.pid(), 0);
    try (JavaMachine machine =
        HostJava.open(reads, memory, library, bias, new MethodCache(), () -> close(memory))) {
      return machine.version();
    }
  }

  private static void close(ProcessMemory memory) {
    try {
      memory.close();
    } catch (IOException e) {
      return; // it was only read
    }
  }

  private void perfMap(
      ProcessStatus status,
      Optional<String> withoutPerfMap,
      List<String> names,
      List<String> missing)
      throws IOException {
    try (PageMemory memory = PageMemory.inMemory(1 << 20);
        PerfMap map = new PerfMap(proc, status, A_LITTLE, memory)) {
      map.refresh();
      PerfMapReport report = map.report();
      String path = "/tmp/perf-" + status.namespacePid() + ".map";
      boolean isGarbage = report.entries() == 0 && report.malformedLines() > 0;
      if (report.state() == PerfMapState.READ && isGarbage) {
        missing.add(path + " is not used: it has no line that names code");
      } else if (report.state() == PerfMapState.READ) {
        names.add("other run-time code: " + path + " of its root");
      } else if (report.state() == PerfMapState.REFUSED) {
        missing.add(
            path
                + " is not used: "
                + report
                    .refusal()
                    .map(refusal -> refusal.name().toLowerCase(Locale.ROOT))
                    .orElse("unreadable"));
      } else {
        withoutPerfMap.ifPresent(missing::add);
      }
    }
  }
}
