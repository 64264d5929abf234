package io.nodeflame.discovery.relabel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleCheckTest {
  private static String fields(RelabelRule rule) {
    return rule.problems().stream()
        .map(RelabelRule.Problem::field)
        .collect(Collectors.joining(","));
  }

  // The fields with a problem | the rule
  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '"',
      textBlock =
          """
          target_label | action=replace
          target_label | action=hashmod modulus=2
          target_label | action=lowercase
          target_label | action=uppercase
          target_label | action=keepequal
          target_label | action=dropequal
          modulus,target_label | action=hashmod
          modulus | action=hashmod target_label=a
          modulus | target_label=a modulus=-1
          target_label | target_label=1a
          target_label | target_label=a-b
          target_label | target_label=ä
          target_label | target_label=0${3}
          target_label | target_label=-${3}
          target_label | target_label=${
          target_label | target_label=$
          target_label | target_label=${}
          target_label | target_label=foo${
          target_label | target_label=a$$
          target_label | target_label=-foo${1}bar-
          target_label | target_label=foo${1}bar-
          target_label | action=lowercase target_label=${3}
          target_label | action=uppercase target_label=a$1
          target_label | action=keepequal target_label=$1
          target_label | action=dropequal target_label=$1
          target_label | action=hashmod modulus=2 target_label=$1
          replacement | action=labelmap replacement=a-$1
          replacement | action=labelmap replacement=
          replacement | action=labelmap replacement=1$1
          replacement | action=lowercase target_label=a replacement=x
          replacement | action=uppercase target_label=a replacement=
          regex | action=keepequal target_label=a regex=x
          modulus | action=keepequal target_label=a modulus=3
          separator | action=dropequal target_label=a separator=x
          replacement | action=dropequal target_label=a replacement=x
          regex,modulus,separator,replacement | action=dropequal target_label=a regex=x modulus=1 separator=x replacement=x
          source_labels | action=labeldrop source_labels=a
          source_labels,target_label,modulus,separator,replacement | action=labelkeep source_labels=a target_label=a modulus=1 separator=x replacement=x
          source_labels[1] | source_labels=a,b.c,d target_label=a
          source_labels[0],source_labels[2] | source_labels=1,b,a-b target_label=a
          regex | target_label=a regex=(
          regex | target_label=a regex=a)(b
          regex | target_label=a regex=a**
          regex | target_label=a regex=[a
          regex | target_label=a regex=(a)\\1
          regex | target_label=a regex=(?=a)
          regex | target_label=a regex=a{1001}
          regex | target_label=a regex=(((x{1000}){1000}){1000})
          source_labels[0],regex,modulus,target_label | action=hashmod source_labels=! regex=[
          """)
  void refuses(String fields, String words) {
    assertEquals(fields, fields(Rules.rule(words)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "target_label=label",
        "target_label=label${1}",
        "target_label=${1}label",
        "target_label=${1}",
        "target_label=$1",
        "target_label=asd$2asd",
        "target_label=_${1}_",
        "target_label=foo${bar}foo",
        "target_label=__tmp",
        "target_label=a replacement=",
        "action=keep",
        "action=drop target_label=-unused-",
        "action=keep modulus=7 replacement=unused",
        "action=hashmod target_label=a modulus=9223372036854775807",
        "action=labelmap",
        "action=labelmap replacement=k8s_$1 source_labels=unused",
        "action=labeldrop",
        "action=labelkeep regex=(?P<name>a)|b",
        "action=keepequal target_label=a",
        "action=lowercase target_label=a regex=unused",
        "target_label=a regex=[a-z]{1,63}(\\.[a-z]{1,63}){0,4}",
        "target_label=a regex=(a{60}){100}",
        "target_label=a regex=\\pL+\\p{Greek}[[:alpha:]]\\Qa(b\\E(?i)x"
      })
  void accepts(String words) {
    assertEquals("", fields(Rules.rule(words)));
  }

  @Test
  void reasonsAreClauses() {
    assertEquals(
        List.of(
            "regex is not a regular expression of RE2 (missing closing ): ()",
            "modulus is missing, action hashmod needs it",
            "target_label is not a label name"),
        Rules.rule("action=hashmod regex=( target_label=-").problems().stream()
            .map(RelabelRule.Problem::toString)
            .toList());
    assertEquals(
        List.of("replacement has no use in action labeldrop"),
        Rules.rule("action=labeldrop replacement=a").problems().stream()
            .map(RelabelRule.Problem::toString)
            .toList());
  }

  @Test
  void lengths() {
    String longText = "a".repeat(1025);
    RelabelRule rule =
        new RelabelRule(
            Collections.nCopies(65, "a"),
            longText,
            longText,
            0,
            "a".repeat(513),
            longText,
            RelabelAction.REPLACE);
    assertEquals("source_labels,separator,replacement,regex,target_label", fields(rule));
    String fits = "a".repeat(1024);
    assertEquals(
        "",
        fields(
            new RelabelRule(
                Collections.nCopies(64, "a"),
                fits,
                fits,
                0,
                "a".repeat(512),
                fits,
                RelabelAction.REPLACE)));
  }

  /** Nesting as deep as the length allows: an answer, not an overflow of the stack. */
  @ParameterizedTest
  @ValueSource(strings = {"(", "(?:", "(a|", "((a*)*", "[", "\\", "a{", "(?i", "a?"})
  void deepRegularExpressions(String part) {
    String regex = part.repeat(1024 / part.length());
    String closed = "(".repeat(300) + "a" + ")*".repeat(150) + ")".repeat(150);
    assertEquals(List.of("a?", "a{", "\\").contains(part), AnchoredRegex.problem(regex).isEmpty());
    assertTrue(AnchoredRegex.problem(regex).length() < 250);
    assertEquals("", AnchoredRegex.problem(closed));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      textBlock =
          """
          3 | abc
          1000 | a{1000}
          3 | a{2,3}
          4 | a{3,}
          7 | [a{9}]{7}
          6 | []{9}]{3}[^]{9}]{3}
          8 | \\{8}{8}
          9 | [[:alpha:]{9}]{9}
          6 | \\Q(a{9}\\E{6}
          2 | \\({2}
          6 | ((a{2}){2}){1}
          4 | a{,3
          """)
  void sizeWrittenOut(long least, String regex) {
    long size = RepeatedSize.of(regex);
    assertTrue(size >= least && size <= least + 3, regex + " is " + size);
  }

  @Test
  void hugeSizes() {
    assertTrue(RepeatedSize.of("(((x{1000}){1000}){1000})") >= 1_000_000_000);
    assertTrue(RepeatedSize.of("(".repeat(100) + "a" + "{1000})".repeat(100)) >= 1L << 40);
    assertTrue(RepeatedSize.of("(?P<n>[)(]{1000}){1000}") >= 1_000_000);
    assertTrue(RepeatedSize.of("(\\(a{1000}){1000}") >= 1_000_000);
    assertTrue(RepeatedSize.of("(a{99999999999999999999}){1000}") >= 1_000_000);
  }

  @Test
  void labelNames() {
    assertTrue(RelabelRule.isLabelName("__meta_kubernetes_pod_label_app"));
    assertTrue(RelabelRule.isLabelName("A9"));
    for (String name : new String[] {"", "9a", "a-b", "a.b", "a b", "ä", "a\n", "a".repeat(513)}) {
      assertFalse(RelabelRule.isLabelName(name), name);
    }
  }

  @Test
  void actionsByWord() {
    for (RelabelAction action : RelabelAction.values()) {
      assertEquals(Optional.of(action), RelabelAction.of(action.word()));
      assertEquals(Optional.of(action), RelabelAction.of(action.name()));
    }
    assertEquals(Optional.empty(), RelabelAction.of(""));
    assertEquals(Optional.empty(), RelabelAction.of("label_map"));
  }

  @Test
  void allProblemsOfAllRulesAtOnce() {
    List<RelabelRule> rules =
        List.of(
            Rules.rule("action=drop"),
            Rules.rule("regex=["),
            Rules.rule("action=labelmap replacement=-"));
    List<String> problems = Relabeling.problems(rules);
    assertEquals(
        List.of(
            "rule 1: regex is not a regular expression of RE2 (missing closing ]: [)",
            "rule 1: target_label is missing, action replace needs it",
            "rule 2: replacement is not a label name, which may hold groups as ${1}"),
        problems);
    assertEquals(
        String.join("\n", problems),
        assertThrows(IllegalArgumentException.class, () -> Relabeling.of(rules)).getMessage());
  }

  @Test
  void numberAndSizeOfRules() {
    RelabelRule drop = Rules.rule("action=drop regex=x");
    assertEquals(128, Relabeling.of(Collections.nCopies(128, drop)).size());
    assertEquals(
        List.of("129 rules, more than 128"), Relabeling.problems(Collections.nCopies(129, drop)));
    RelabelRule large = Rules.rule("action=drop regex=.{1000}.{1000}");
    assertEquals(List.of(), Relabeling.problems(Collections.nCopies(4, large)));
    assertEquals(
        List.of("the regular expressions of all rules together are too large"),
        Relabeling.problems(Collections.nCopies(5, large)));
  }
}
