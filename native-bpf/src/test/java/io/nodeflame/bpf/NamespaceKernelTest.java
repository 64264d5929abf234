package io.nodeflame.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sampler in namespaces as a node has them that is a container itself. */
@KernelTest
@Timeout(180)
class NamespaceKernelTest {
  private static final String SAMPLES = "30";

  @TempDir Path dir;
  private final List<Process> outside = new ArrayList<>();

  /** Copies of programs, so that their names tell them apart. */
  @BeforeEach
  void buildPrograms() throws Exception {
    Path source =
        Files.writeString(
            dir.resolve("spin.c"),
            """
            #include <pthread.h>
            static volatile unsigned long sum;
            static void *spin(void *nothing) {
              for (;;)
                sum++;
              return nothing;
            }
            int main(void) { /* a second thread, whose id is not the process's */
              pthread_t thread;
              pthread_create(&thread, 0, spin, 0);
              return pthread_join(thread, 0);
            }
            """);
    String spin = dir.resolve("ns-outside").toString();
    output(List.of("gcc", "-O1", "-pthread", "-o", spin, source.toString()));
    for (String copy : List.of("ns-inside", "ns-nested")) {
      Files.copy(Path.of(spin), dir.resolve(copy), StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (String copy : List.of("ns-brief", "ns-foreign")) {
      Files.copy(Path.of("/bin/true"), dir.resolve(copy), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  @AfterEach
  void end() {
    outside.forEach(Process::destroyForcibly);
  }

  private static String output(List<String> command) throws Exception {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      return Boolean.getBoolean("nodeflame.kernel.required")
          ? fail(e)
          : Assumptions.abort("skipped: " + e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> command + ": " + output);
    return output;
  }

  /** Runs a shell script outside, which ends with the test. */
  private void outside(String script) throws IOException {
    outside.add(new ProcessBuilder("sh", "-c", script).directory(dir.toFile()).start());
  }

  /** Runs the probe after a script, in namespaces of their own, and returns its figures. */
  private Map<String, Integer> probe(List<String> unshare, String script, String... programs)
      throws Exception {
    List<String> command = new ArrayList<>(unshare);
    command.addAll(
        List.of("sh", "-c", "cd " + dir + "; " + script + " exec nice -n -10 \"$@\"", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-Xshare:auto", "-cp", System.getProperty("java.class.path")));
    command.add(NamespaceProbe.class.getName());
    command.addAll(List.of(programs));
    command.add(SAMPLES);
    return output(command)
        .lines()
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.lastIndexOf(' ')),
                line -> Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1))));
  }

  private static int figure(Map<String, Integer> figures, String name) {
    return figures.getOrDefault(name, 0);
  }

  private static void assertAsInProc(Map<String, Integer> figures, String program) {
    int samples = figure(figures, "samples:" + program);
    assertTrue(samples >= Integer.parseInt(SAMPLES), figures::toString);
    // The program's name is there only when it has been executed; its images before are the shell.
    assertEquals(samples, figure(figures, "samples-as-in-proc:" + program), figures::toString);
    int images = figure(figures, "images:" + program);
    assertTrue(images > 0, figures::toString);
    assertEquals(images, figure(figures, "images-as-in-proc:" + program), figures::toString);
  }

  private static void assertAddsUp(Map<String, Integer> figures) {
    assertEquals(
        figure(figures, "taken"),
        figure(figures, "submitted")
            + figure(figures, "idle")
            + figure(figures, "outside")
            + figure(figures, "lost"),
        figures::toString);
    assertEquals(figure(figures, "submitted"), figure(figures, "drained"), figures::toString);
  }

  private static final List<String> NODE =
      List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");

  @Test
  void numbersAreThoseOfTheNodeAndNothingElseIsSeen() throws Exception {
    outside("exec ./ns-outside");
    outside("while :; do ./ns-foreign; sleep 0.05; done");
    Map<String, Integer> figures =
        probe(
            NODE,
            "./ns-inside & unshare --pid --fork --mount-proc ./ns-nested &"
                + " while :; do ./ns-brief; sleep 0.05; done &",
            "ns-inside",
            "ns-nested");
    assertAsInProc(figures, "ns-inside");
    assertAsInProc(figures, "ns-nested");
    assertTrue(figure(figures, "execs:ns-brief") > 0, figures::toString);
    assertTrue(figure(figures, "exits") > 0, figures::toString);

    assertTrue(figure(figures, "outside") > Integer.parseInt(SAMPLES), figures::toString);
    for (String kind : List.of("samples:", "images:", "execs:")) {
      assertEquals(0, figure(figures, kind + "ns-outside"), figures::toString);
      assertEquals(0, figure(figures, kind + "ns-foreign"), figures::toString);
    }
    assertEquals(0, figure(figures, "execs-without-pid"), figures::toString);
    assertEquals(0, figure(figures, "exits-without-pid"), figures::toString);
    assertAddsUp(figures);
  }

  @Test
  void startTimesAreThoseOfTheTimeNamespace() throws Exception {
    Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/ns/time")), "no time namespaces");
    List<String> later = new ArrayList<>(NODE);
    later.addAll(List.of("--time", "--boottime", "864000"));
    Map<String, Integer> figures = probe(later, "./ns-inside &", "ns-inside");
    assertAsInProc(figures, "ns-inside");
    assertAddsUp(figures);
  }
}
