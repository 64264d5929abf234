package io.nodeflame.collector.export;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.nodeflame.collector.pprof.CollapsedStacks;
import io.nodeflame.collector.pprof.PprofReader;
import io.nodeflame.collector.pprof.Profiles;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExportTest {
  private static final String HOSTILE = "</script><script>alert('1')</script>\u2028\\\"&<!--";

  private final StackProfile profile =
      new Profiles()
          .stack(3, frame("kernel", "", "read", "", 0), frame("main"))
          .stack(1, frame("work"), frame("main"))
          .build();

  @Test
  void aTreeMergesFromTheRootAndKnowsKinds() {
    FlameTree.Node main = FlameTree.of(profile).root().children().iterator().next();
    assertEquals("main", main.name());
    assertEquals(4 * Profiles.PERIOD_NANOS, main.value());
    assertEquals(0, main.self());
    List<String> children = new ArrayList<>();
    main.children().forEach(c -> children.add(c.name() + " " + c.kind() + " " + c.self()));
    assertEquals(
        List.of("read kernel " + 3 * Profiles.PERIOD_NANOS, "work native " + Profiles.PERIOD_NANOS),
        children);
  }

  @Test
  void jsonHasTheShapeThatThePageReads() throws Exception {
    StringBuilder json = new StringBuilder();
    FlameTree.ofCollapsed(new TreeMap<>(Map.of("a;b", 2L, "a", 1L, "c", 5L))).writeJson(json);
    assertEquals(
        "{\"name\":\"total\",\"value\":8,\"kind\":\"\",\"children\":["
            + "{\"name\":\"c\",\"value\":5,\"kind\":\"\",\"children\":[]},"
            + "{\"name\":\"a\",\"value\":3,\"kind\":\"\",\"children\":["
            + "{\"name\":\"b\",\"value\":2,\"kind\":\"\",\"children\":[]}]}]}",
        json.toString());
  }

  @Test
  void aDeepStackIsWrittenWithoutDeepRecursion() throws Exception {
    FlameTree tree = new FlameTree();
    for (int i = 0; i < 100_000; i++) {
      tree.descend("f", "native");
    }
    tree.end(1);
    StringBuilder json = new StringBuilder();
    tree.writeJson(json);
    assertTrue(json.toString().endsWith("]}".repeat(100_001)));
  }

  @Test
  void hostileNamesStayWithinTheirString() throws Exception {
    String page = page("<p>/*NODEFLAME_TITLE*/</p><script>x=/*NODEFLAME_PROFILE_JSON*/</script>");
    assertEquals(page.indexOf("</script>"), page.lastIndexOf("</script>"));
    assertFalse(page.contains("<!--"), page);
    assertFalse(page.contains("\u2028"), page);
    assertTrue(page.startsWith("<p>&lt;b&gt;/*NODEFLAME_PROFILE_JSON*/</p>"), page);
    String json = page.substring(page.indexOf("x=") + 2, page.lastIndexOf("</script>"));
    List<String> names = new ArrayList<>();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
            .build();
    try (JsonParser parser = factory.createParser(json)) {
      for (JsonToken t = parser.nextToken(); t != null; t = parser.nextToken()) {
        if (t == JsonToken.FIELD_NAME && parser.currentName().equals("name")) {
          parser.nextToken();
          names.add(parser.getText());
        }
      }
    }
    assertEquals(List.of("total", HOSTILE, "/*NODEFLAME_TITLE*/"), names);
  }

  @Test
  void aTemplateWithoutAPlaceIsRefused() {
    assertThrows(IOException.class, () -> page("<html></html>"));
  }

  @Test
  void foldedTextHasOneLineAStack() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    StackProfile odd = new Profiles().stack(2, frame("a;b\nc\u00e9"), frame("main")).build();
    FoldedText.write(CollapsedStacks.of(odd).asMap(), out);
    assertEquals(
        "main;a:b c\u00e9 " + 2 * Profiles.PERIOD_NANOS + "\n",
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aFileIsOnePprofHoweverManyStacks() throws Exception {
    StackProfile large = Profiles.realistic(1, 20_000, 8).build();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PprofFile.write(List.of(large), Optional.empty(), out);
    assertEquals(
        CollapsedStacks.of(large).asMap(),
        new PprofReader(PprofReader.Bounds.FILE).read(out.toByteArray()).collapse(0));
    List<StackProfile> nothing = List.of(new Profiles().build());
    assertThrows(IOException.class, () -> PprofFile.write(nothing, Optional.empty(), out));
  }

  @Test
  void aTreeIsTheSameFromBytesAsFromStacks() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PprofFile.write(List.of(profile), Optional.empty(), out);
    StringBuilder direct = new StringBuilder();
    StringBuilder read = new StringBuilder();
    FlameTree.of(profile).writeJson(direct);
    FlameTree.of(new PprofReader(PprofReader.Bounds.FILE).read(out.toByteArray()), 0)
        .writeJson(read);
    assertEquals(direct.toString(), read.toString());
  }

  private static String page(String template) throws IOException {
    ProfileFrame odd = frame("/*NODEFLAME_TITLE*/");
    FlameTree tree = FlameTree.of(new Profiles().stack(1, odd, frame(HOSTILE)).build());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new HtmlReport(() -> new ByteArrayInputStream(template.getBytes(StandardCharsets.UTF_8)))
        .write(tree, "<b>/*NODEFLAME_PROFILE_JSON*/", out);
    return out.toString(StandardCharsets.UTF_8);
  }
}
