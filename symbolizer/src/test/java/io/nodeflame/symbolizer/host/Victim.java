package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.process.ProcFs;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;

/** A running program that says where its functions are, and ends with its standard input. */
final class Victim implements AutoCloseable {
  /** With {@code -DSTATIC} it has no loader, and with it neither vDSO by name nor plugins. */
  static final String SOURCE =
      """
      #define _GNU_SOURCE
      #include <dlfcn.h>
      #include <stdio.h>
      #include <string.h>
      static void *return_address;
      __attribute__((noinline)) void note(void) { return_address = __builtin_return_address(0); }
      __attribute__((noinline)) int with_frame(int x) {
        volatile char room[200];
        room[x] = 1;
        note();
        return room[x];
      }
      __attribute__((noinline)) static int hidden_function(int x) { return x * 3 + 1; }
      int main(int argc, char **argv) {
        char line[4096];
        with_frame(argc);
        printf("with_frame %p\\n", (void *) with_frame);
        printf("in_with_frame %p\\n", return_address);
        printf("hidden_function %p\\n", (void *) hidden_function);
      #ifndef STATIC
        printf("getppid %p\\n", dlsym(RTLD_DEFAULT, "getppid"));
        printf("puts %p\\n", dlsym(RTLD_DEFAULT, "puts"));
        void *vdso = dlopen("linux-vdso.so.1", RTLD_LAZY | RTLD_NOLOAD);
        printf("vdso %p\\n", vdso ? dlsym(vdso, "__vdso_clock_gettime") : NULL);
      #endif
        printf("end 0\\n");
        fflush(stdout);
        while (fgets(line, sizeof line, stdin)) {
      #ifndef STATIC
          line[strcspn(line, "\\n")] = 0;
          void *plugin = dlopen(line, RTLD_NOW);
          printf("plugin %p\\n", plugin ? dlsym(plugin, "plugin_function") : NULL);
      #endif
          printf("end 0\\n");
          fflush(stdout);
        }
        return hidden_function(argc);
      }
      """;

  private final Process process;
  private final BufferedReader output;
  private final BufferedWriter input;
  private final Map<String, Long> addresses = new HashMap<>();
  private final long startTicks;

  private Victim(Process process) throws IOException {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.startTicks = ProcFs.ofSystem().startTimeTicks(pid()).orElseThrow();
  }

  /** Starts a program made from {@link #SOURCE}, or one with the same manners. */
  static Victim start(Path program) throws IOException {
    Victim victim =
        new Victim(
            new ProcessBuilder(program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    victim.readAddresses();
    return victim;
  }

  /** Sends a line and takes the addresses of the answer. */
  void say(String line) throws IOException {
    input.write(line + "\n");
    input.flush();
    readAddresses();
  }

  private void readAddresses() throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      StringTokenizer words = new StringTokenizer(line);
      String name = words.nextToken();
      if (name.equals("end")) {
        return;
      }
      String address = words.nextToken();
      if (address.startsWith("0x")) {
        addresses.put(name, Long.parseUnsignedLong(address.substring(2), 16));
      }
    }
    throw new AssertionError("the program ended early");
  }

  int pid() {
    return (int) process.pid();
  }

  long startTicks() {
    return startTicks;
  }

  long address(String function) {
    Long address = addresses.get(function);
    if (address == null) {
      throw new AssertionError("no address of " + function + " in " + addresses);
    }
    return address;
  }

  /** Field 26 of stat: what the kernel has as {@code mm->start_code}. */
  long startCode() throws IOException {
    String stat = Files.readString(Path.of("/proc", Integer.toString(pid()), "stat"));
    StringTokenizer fields = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
    for (int field = 3; field < 26; field++) {
      fields.nextToken();
    }
    return Long.parseUnsignedLong(fields.nextToken());
  }

  List<String> mapsLines() throws IOException {
    return Files.readAllLines(Path.of("/proc", Integer.toString(pid()), "maps"));
  }

  void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill();
  }
}
