package io.nodeflame.symbolizer.process;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;

/** What a test needs from the system. Missing, it is skipped, or fails where nothing may be. */
public final class Requirement {
  private Requirement() {}

  public static void root() throws IOException {
    int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    require(uid == 0, "needs root");
  }

  public static void tool(String name) {
    StringTokenizer path = new StringTokenizer(System.getenv("PATH"), File.pathSeparator);
    boolean found = false;
    while (!found && path.hasMoreTokens()) {
      found = Files.isExecutable(Path.of(path.nextToken(), name));
    }
    require(found, "needs the program " + name);
  }

  private static void require(boolean met, String reason) {
    if (Boolean.getBoolean("nodeflame.kernel.required")) {
      assertTrue(met, reason);
    }
    if (!met) {
      System.out.println("skipped: " + reason);
    }
    assumeTrue(met, reason);
  }
}
