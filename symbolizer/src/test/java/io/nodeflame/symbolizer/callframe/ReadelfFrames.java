package io.nodeflame.symbolizer.callframe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What {@code readelf --debug-dump=frames-interp} says about one section of a file. */
public final class ReadelfFrames {

  /** A function's entry with its rows, of which each holds up to the next. */
  public record Function(long start, long end, String common, List<Row> rows) {}

  /** One line; rbp is empty when readelf prints no such column. */
  public record Row(long start, String cfa, String ra, String rbp) {}

  private final List<Function> functions = new ArrayList<>();
  private final Map<String, Row> initial = new HashMap<>();
  private List<String> columns = List.of();
  private String common = "";
  private boolean inFunction;

  private ReadelfFrames() {}

  public static List<Function> of(Path directory, Path file, String section)
      throws IOException, InterruptedException {
    Path output =
        SystemTool.run(
            directory,
            Map.of("LC_ALL", "C"),
            "",
            List.of(
                "readelf", "-W", "--debug-dump=frames-interp,no-follow-links", file.toString()));
    ReadelfFrames reading = new ReadelfFrames();
    boolean wanted = false;
    for (String line : Files.readAllLines(output)) {
      if (line.startsWith("Contents of")) {
        wanted = line.contains(" " + section + " ");
      } else if (wanted) {
        reading.line(line);
      }
    }
    reading.functions.forEach(reading::complete);
    return reading.functions;
  }

  private void line(String line) {
    if (line.contains(" CIE ")) {
      inFunction = false;
      common = line.substring(0, line.indexOf(' '));
    } else if (line.contains(" FDE ")) {
      inFunction = true;
      String range = line.substring(line.indexOf("pc=") + 3).trim();
      String shared = line.substring(line.indexOf("cie=") + 4, line.indexOf(" pc="));
      int dots = range.indexOf("..");
      functions.add(
          new Function(
              hex(range.substring(0, dots)),
              hex(range.substring(dots + 2)),
              shared,
              new ArrayList<>()));
    } else if (line.trim().startsWith("LOC ")) {
      columns = Arrays.asList(line.trim().split(" +", -1));
    } else if (line.matches("^[0-9a-f]{16} .*")) {
      // A register as a rule is "r9 (r9)", the only cell with a blank.
      row(Arrays.asList(line.trim().replaceAll("r\\d+ \\((\\w+)\\)", "$1").split(" +", -1)));
    }
  }

  private void row(List<String> cells) {
    int rbp = columns.indexOf("rbp");
    Row row =
        new Row(
            hex(cells.get(0)),
            cells.get(1),
            cells.get(columns.indexOf("ra")),
            rbp < 0 ? "" : cells.get(rbp));
    if (!inFunction) {
      initial.put(common, row);
      return;
    }
    List<Row> rows = functions.get(functions.size() - 1).rows();
    if (!rows.isEmpty() && rows.get(rows.size() - 1).start() == row.start()) {
      rows.remove(rows.size() - 1);
    }
    rows.add(row);
  }

  /** Readelf prints no row for a function without instructions: it has the row of its CIE. */
  private void complete(Function function) {
    if (function.rows().isEmpty()) {
      Row row = initial.get(function.common());
      function.rows().add(new Row(function.start(), row.cfa(), row.ra(), row.rbp()));
    }
  }

  private static long hex(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }
}
