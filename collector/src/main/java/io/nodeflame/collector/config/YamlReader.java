package io.nodeflame.collector.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds nodes from the parser's events, so that no object is ever constructed from a tag, and
 * depth, size and aliases are bounded before anything is built.
 */
final class YamlReader {
  static final int MAX_CHARS = 1 << 20;
  static final int MAX_DEPTH = 16;
  static final int MAX_ALIASES = 32;

  private final Iterator<Event> events;
  private final Problems problems;
  private final Map<Anchor, YamlNode> anchors = new HashMap<>();
  private int aliases;

  private YamlReader(Iterator<Event> events, Problems problems) {
    this.events = events;
    this.problems = problems;
  }

  /**
   * The document, or empty when the text has none.
   *
   * @param problems gets duplicate keys; the first one of equal keys counts
   * @throws ConfigException when the text is not YAML or goes beyond a limit
   */
  static Optional<YamlNode> read(String text, Problems problems) throws ConfigException {
    if (text.length() > MAX_CHARS) {
      throw refused(0, "at most " + MAX_CHARS + " characters");
    }
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(MAX_CHARS).build();
    try {
      return new YamlReader(new Parse(settings).parseString(text).iterator(), problems).document();
    } catch (MarkedYamlEngineException e) {
      // Not its message: that quotes lines, and a line may hold a secret.
      throw refused(e.getProblemMark().map(Mark::getLine).orElse(-1) + 1, "YAML; " + expected(e));
    } catch (YamlEngineException e) {
      throw refused(0, "YAML: readable text without control characters");
    }
  }

  private Optional<YamlNode> document() throws ConfigException {
    Optional<YamlNode> root = Optional.empty();
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent node) {
        if (root.isPresent()) {
          throw refused(line(event), "one YAML document per file");
        }
        root = Optional.of(node(node, 1));
      }
    }
    return root;
  }

  private YamlNode node(NodeEvent event, int depth) throws ConfigException {
    if (depth > MAX_DEPTH) {
      throw refused(line(event), "at most " + MAX_DEPTH + " levels of nesting");
    }
    if (event instanceof AliasEvent alias) {
      return aliased(alias);
    }
    YamlNode node;
    if (event instanceof ScalarEvent scalar) {
      refuseTag(scalar.getTag(), event);
      node = new YamlNode.Scalar(line(event), scalar.getValue(), scalar.isPlain());
    } else {
      refuseTag(((CollectionStartEvent) event).getTag(), event);
      node =
          event.getEventId() == Event.ID.MappingStart
              ? mapping(line(event), depth)
              : sequence(line(event), depth);
    }
    // After its end: an alias inside its own anchor is unknown, so nodes never form a circle.
    event.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
    return node;
  }

  private YamlNode aliased(AliasEvent event) throws ConfigException {
    if (++aliases > MAX_ALIASES) {
      throw refused(line(event), "at most " + MAX_ALIASES + " aliases");
    }
    YamlNode node = anchors.get(event.getAlias());
    if (node == null) {
      throw refused(line(event), "an alias needs an anchor before it");
    }
    return node;
  }

  private YamlNode sequence(int line, int depth) throws ConfigException {
    List<YamlNode> items = new ArrayList<>();
    for (Event event = events.next(); event instanceof NodeEvent node; event = events.next()) {
      items.add(node(node, depth + 1));
    }
    return new YamlNode.Sequence(line, items);
  }

  private YamlNode mapping(int line, int depth) throws ConfigException {
    Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    for (Event event = events.next(); event instanceof NodeEvent key; event = events.next()) {
      int keyLine = line(key);
      if (!(node(key, depth + 1) instanceof YamlNode.Scalar name)) {
        throw refused(keyLine, "a key is a plain word");
      }
      YamlNode value = node((NodeEvent) events.next(), depth + 1);
      if (entries.putIfAbsent(name.text(), new YamlNode.Entry(keyLine, value)) != null) {
        problems.add(keyLine, name.text(), "", "a key stands once; this one stands twice");
      }
    }
    return new YamlNode.Mapping(line, entries);
  }

  /** What the parser missed. It names characters; of tags it names the text, which stays hidden. */
  private static String expected(MarkedYamlEngineException error) {
    String problem = error.getProblem();
    return problem == null || problem.contains("tag") ? "this is not" : problem;
  }

  private static void refuseTag(Optional<String> tag, Event event) throws ConfigException {
    if (tag.isPresent()) {
      throw refused(line(event), "YAML without tags (!...)");
    }
  }

  private static int line(Event event) {
    return event.getStartMark().map(Mark::getLine).orElse(-1) + 1;
  }

  private static ConfigException refused(int line, String allowed) {
    return new ConfigException(List.of(new Problem(line, "", "", "allowed: " + allowed)));
  }
}
