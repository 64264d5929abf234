package io.nodeflame.collector.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes collapsed stacks, {@code root;...;leaf value}, one a line, as flamegraph.pl reads them.
 * Values are those of the profile: CPU time in nanoseconds.
 */
public final class FoldedText {
  private FoldedText() {}

  /** Writes all stacks in the map's order; the stream is flushed and stays open. */
  public static void write(Map<String, Long> collapsed, OutputStream out) throws IOException {
    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    for (Map.Entry<String, Long> stack : collapsed.entrySet()) {
      writer.write(stack.getKey());
      writer.write(' ');
      writer.write(Long.toString(stack.getValue()));
      writer.write('\n');
    }
    writer.flush();
  }
}
