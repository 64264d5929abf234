package io.nodeflame.collector.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.SamplerException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VerifierLogTest {
  @Test
  void isKeptInAFileAndTheUserGetsOneSentence() throws Exception {
    StringWriter err = new StringWriter();
    SamplerException refused = new SamplerException("the kernel refused", "0: R1=ctx\n1: exit\n");
    assertEquals(ExitCode.FAILED, ErrorMessage.print(refused, false, new PrintWriter(err)));
    String[] lines = err.toString().split("\n", -1);
    assertEquals("nodeflame: the kernel refused", lines[0]);
    String start = "The verifier's log is in ";
    assertTrue(lines[1].startsWith(start), err::toString);
    Path file = Path.of(lines[1].substring(start.length(), lines[1].length() - 1));
    try {
      assertEquals("0: R1=ctx\n1: exit\n", Files.readString(file));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void withoutALogThereIsNoFile() {
    StringWriter err = new StringWriter();
    ErrorMessage.print(new SamplerException("no perf events"), false, new PrintWriter(err));
    assertEquals("nodeflame: no perf events\n", err.toString());
  }
}
