package io.nodeflame.discovery.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.discovery.AnnotationSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodAnnotationsTest {
  private static final AnnotationSettings SETTINGS = new AnnotationSettings("nodeflame.io", 1000);

  private static PodAnnotations read(Map<String, String> annotations) {
    return PodAnnotations.read(annotations, SETTINGS);
  }

  @Test
  void sayHowAPodIsProfiled() {
    PodAnnotations annotations =
        read(
            Map.of(
                "nodeflame.io/profile", "true",
                "nodeflame.io/service-name", " checkout ",
                "nodeflame.io/label.team", "payments",
                "other.io/profile", "false"));
    assertTrue(annotations.isProfiled());
    assertEquals("checkout", annotations.serviceName());
    assertEquals(Map.of("team", "payments"), annotations.labels());
    assertEquals(List.of(), annotations.problems());
    assertFalse(read(Map.of("nodeflame.io/profile", "false")).isProfiled());
  }

  @Test
  void nonsenseHasNoEffectAndIsNamed() {
    PodAnnotations annotations =
        read(
            Map.of(
                "nodeflame.io/profile", "nein",
                "nodeflame.io/service-name", "\u0007",
                "nodeflame.io/label.1st", "x",
                "nodeflame.io/label.service_name", "x",
                "nodeflame.io/label.empty", "",
                "nodeflame.io/colour", "red"));
    assertTrue(annotations.isProfiled());
    assertEquals("", annotations.serviceName());
    assertEquals(Map.of(), annotations.labels());
    assertEquals(
        List.of(
            "nodeflame.io/colour is not known",
            "nodeflame.io/label.1st has no effect: label name '1st' is not allowed",
            "nodeflame.io/label.empty has no effect: label 'empty' has no value",
            "nodeflame.io/label.service_name is what nodeflame.io/service-name is for",
            "nodeflame.io/profile is neither \"true\" nor \"false\"",
            "nodeflame.io/service-name has no effect:"
                + " label 'service_name' has a character that is not text"),
        annotations.problems());
  }

  @Test
  void labelsThatThePodTellsItselfHaveNoEffectAndTakeNoRoom() {
    Map<String, String> asked = new TreeMap<>();
    for (String name : List.of("namespace", "pod", "container", "node", "a", "b", "c", "d")) {
      asked.put("nodeflame.io/label." + name, "x");
    }
    for (String name : List.of("e", "f", "g", "h")) {
      asked.put("nodeflame.io/label." + name, "x");
    }
    PodAnnotations annotations = read(asked);
    assertEquals(Set.of("a", "b", "c", "d", "e", "f", "g", "h"), annotations.labels().keySet());
    assertEquals(4, annotations.problems().size());
    assertEquals(
        "nodeflame.io/label.container has no effect: every pod has this label of its own",
        annotations.problems().get(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "99", " 99 ", "1000", "0099"})
  void askForAFrequency(String value) {
    PodAnnotations annotations = read(Map.of("nodeflame.io/frequency", value));
    assertEquals(Integer.parseInt(value.strip()), annotations.frequencyHz());
    assertEquals(List.of(), annotations.problems());
  }

  @Test
  void getTheMostThatIsAllowed() {
    AnnotationSettings few = new AnnotationSettings("nodeflame.io", 199);
    PodAnnotations most = PodAnnotations.read(Map.of("nodeflame.io/frequency", "199"), few);
    assertEquals(199, most.frequencyHz());
    assertEquals(List.of(), most.problems());
    PodAnnotations more = PodAnnotations.read(Map.of("nodeflame.io/frequency", "200"), few);
    assertEquals(199, more.frequencyHz());
    assertEquals(
        List.of("nodeflame.io/frequency is more than the 199 that are allowed, which it gets"),
        more.problems());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "+9", "99999999999", "99.5", "99Hz", "\u0663", "a\nb"})
  void noFrequencyIsNamed(String value) {
    PodAnnotations annotations = read(Map.of("nodeflame.io/frequency", value));
    assertEquals(0, annotations.frequencyHz());
    assertEquals(
        List.of("nodeflame.io/frequency is no whole number from 1 to 1000"),
        annotations.problems());
  }

  @Test
  void theNameThatOpenTelemetryKnowsCountsWhereOursIsNotSet() {
    String otel = "resource.opentelemetry.io/service.name";
    assertEquals("cart", read(Map.of(otel, " cart ")).serviceName());
    assertEquals(
        "checkout",
        read(Map.of(otel, "cart", "nodeflame.io/service-name", "checkout")).serviceName());
    PodAnnotations bad = read(Map.of(otel, "a\u0007b"));
    assertEquals("", bad.serviceName());
    assertEquals(
        List.of(otel + " has no effect: label 'service_name' has a character that is not text"),
        bad.problems());
    assertEquals(
        PodAnnotations.NONE, PodAnnotations.read(Map.of(otel, "cart"), AnnotationSettings.NONE));
  }

  @Test
  void labelsAreBounded() {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      many.put("nodeflame.io/label.l" + i, "x");
    }
    PodAnnotations annotations = read(many);
    assertEquals(8, annotations.labels().size());
    assertEquals(12, annotations.problems().size());
  }

  @Test
  void withoutAPrefixNoneCounts() {
    assertEquals(
        PodAnnotations.NONE,
        PodAnnotations.read(Map.of("nodeflame.io/profile", "false"), AnnotationSettings.NONE));
  }
}
