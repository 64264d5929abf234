package io.nodeflame.discovery.host;

import io.nodeflame.discovery.ExecutableName;
import io.nodeflame.discovery.PlainText;
import io.nodeflame.discovery.ProcessFacts;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of programs that run on the host itself: a {@code java} launcher goes by what it runs, this
 * program by its own name, and all else by its executable. For one thread.
 */
final class ProgramNames {
  private static final Logger log = LoggerFactory.getLogger(ProgramNames.class);
  private static final String LAUNCHER = "java";
  private static final String OWN = "nodeflame";

  /** Each is a series: somebody may generate ever new classes and run them. */
  private static final int MAX_JAVA = 64;

  private final ProcFiles proc;
  private final int ownPid;
  private final Set<String> javaNames = new HashSet<>();
  private boolean isFull;

  ProgramNames(ProcFiles proc) {
    this.proc = proc;
    this.ownPid = proc.ownPid();
  }

  /** The facts' own name, else the link in {@code /proc}, else the command name; may be empty. */
  String of(ProcessFacts process) {
    String executable = executable(process);
    if (!executable.equals(LAUNCHER)) {
      return executable;
    }
    if (process.pid() == ownPid) {
      return OWN;
    }
    return java(process).orElse(executable);
  }

  private String executable(ProcessFacts process) {
    if (!process.executable().isEmpty()) {
      return process.executable();
    }
    String linked = proc.executable(process.pid());
    return ExecutableName.of(
        linked.isEmpty() || proc.stat(process).isEmpty() ? process.comm() : linked);
  }

  private Optional<String> java(ProcessFacts process) {
    Optional<String> name =
        JavaProgram.of(proc.arguments(process.pid()))
            .map(program -> PlainText.of(program, ExecutableName.MAX_CHARS))
            .filter(program -> !program.isEmpty() && proc.stat(process).isPresent());
    if (name.isEmpty() || javaNames.contains(name.get())) {
      return name;
    }
    if (javaNames.size() < MAX_JAVA) {
      javaNames.add(name.get());
      return name;
    }
    if (!isFull) {
      isFull = true;
      log.warn("more than {} Java programs on this host: new ones are all called java", MAX_JAVA);
    }
    return Optional.empty();
  }
}
