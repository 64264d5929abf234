package io.nodeflame.discovery.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.ServiceNames;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.pod.LabelSelector;
import io.nodeflame.discovery.relabel.RelabelAction;
import io.nodeflame.discovery.relabel.RelabelRule;
import io.nodeflame.discovery.relabel.Relabeling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetRulesTest {
  private static final ProcessFacts PROCESS = new ProcessFacts(7, 1, 1, "main", "/usr/bin/web");

  private final List<String> problems = new ArrayList<>();

  private ProcessFacts process = PROCESS;

  private Resolution resolve(DiscoverySettings settings, PodFixture fixture) {
    return new TargetRules(settings, problems::add)
        .ofPod(fixture.pod(), fixture.container(), Optional.of(PodFixture.NAMESPACE), process);
  }

  private Map<String, String> labels(DiscoverySettings settings, PodFixture fixture) {
    return assertInstanceOf(Target.class, resolve(settings, fixture)).labels().asMap();
  }

  private static DiscoverySettings settings(PodSettings pods, RelabelRule... rules) {
    return new DiscoverySettings(
        "n1", true, Map.of("cluster", "c1"), pods, Relabeling.of(List.of(rules)));
  }

  private static PodSettings pods(Set<String> include, Set<String> exclude, String selector) {
    return new PodSettings(
        include,
        exclude,
        LabelSelector.parse(selector).orElseThrow(),
        new AnnotationSettings("nodeflame.io", 1000),
        List.of("app.kubernetes.io/name", "app.kubernetes.io/version", "absent"));
  }

  private static final PodSettings EVERY = pods(Set.of(), Set.of(), "");

  private static RelabelRule rule(
      String source, String regex, String target, String replacement, RelabelAction action) {
    return new RelabelRule(
        source.isEmpty() ? List.of() : List.of(source),
        RelabelRule.DEFAULT_SEPARATOR,
        regex,
        0,
        target,
        replacement,
        action);
  }

  @Test
  void aPodHasTheLabelsOfTheDesign() {
    PodFixture fixture =
        PodFixture.plain()
            .labelled(
                Map.of("app.kubernetes.io/name", "storefront", "app.kubernetes.io/version", "1.4"));
    assertEquals(
        Map.ofEntries(
            Map.entry("service_name", "storefront"),
            Map.entry("namespace", "shop"),
            Map.entry("pod", "web-5d4f8b7c9d-x2x4z"),
            Map.entry("container", "web"),
            Map.entry("node", "n1"),
            Map.entry("workload_kind", "Deployment"),
            Map.entry("workload_name", "web"),
            Map.entry("service_version", "1.4"),
            Map.entry("app_kubernetes_io_name", "storefront"),
            Map.entry("app_kubernetes_io_version", "1.4"),
            Map.entry("cluster", "c1")),
        labels(settings(EVERY), fixture));
  }

  @Test
  void theServiceNameIsTheFirstThatIsSet() {
    PodFixture fixture = PodFixture.plain();
    assertEquals("web", labels(settings(EVERY), fixture).get("service_name"));
    fixture = fixture.labelled(Map.of("app", "store"));
    assertEquals("store", labels(settings(EVERY), fixture).get("service_name"));
    fixture = fixture.labelled(Map.of("app", "store", "app.kubernetes.io/name", "front"));
    assertEquals("front", labels(settings(EVERY), fixture).get("service_name"));
    process = PROCESS.withService(new ServiceNames("published", "", ""));
    assertEquals("published", labels(settings(EVERY), fixture).get("service_name"));
    fixture = fixture.annotated(Map.of("resource.opentelemetry.io/service.name", "otel"));
    assertEquals("otel", labels(settings(EVERY), fixture).get("service_name"));
    fixture = fixture.annotated(Map.of("nodeflame.io/service-name", "named"));
    assertEquals("named", labels(settings(EVERY), fixture).get("service_name"));
  }

  @Test
  void whatAProcessPublishesIsThereForRulesToo() {
    process = PROCESS.withService(new ServiceNames("check\u0007out", "shop-eu", "2.0"));
    PodFixture fixture = PodFixture.plain().labelled(Map.of("app.kubernetes.io/version", "1.4"));
    RelabelRule rule =
        rule(
            "__meta_process_service_namespace",
            "(.*)",
            "service_namespace",
            "$1",
            RelabelAction.REPLACE);
    Map<String, String> labels = labels(settings(EVERY, rule), fixture);
    assertEquals("check_out", labels.get("service_name"));
    assertEquals("2.0", labels.get("service_version"));
    assertEquals("shop-eu", labels.get("service_namespace"));
    assertEquals(null, labels(settings(EVERY), fixture).get("service_namespace"));
  }

  @Test
  void outsideOfPodsWhatIsPublishedGoesBeforeTheNameOfTheUnit() {
    TargetRules rules = new TargetRules(settings(EVERY), problems::add);
    ProcessFacts publishing = PROCESS.withService(new ServiceNames("checkout", "", "2.0"));
    Target target = assertInstanceOf(Target.class, rules.ofOther("unit", publishing));
    assertEquals("checkout", target.serviceName());
    assertEquals("2.0", target.labels().value("service_version"));
    ProcessFacts versionOnly = PROCESS.withService(new ServiceNames("", "", "2.0"));
    Target other = assertInstanceOf(Target.class, rules.ofOther("unit", versionOnly));
    assertEquals("unit", other.serviceName());
    assertEquals("2.0", other.labels().value("service_version"));
  }

  @Test
  void eachSettingExcludes() {
    PodFixture fixture = PodFixture.plain().labelled(Map.of("app", "web"));
    assertEquals(
        new Excluded(Excluded.Reason.NAMESPACE),
        resolve(settings(pods(Set.of(), Set.of("shop"), "")), fixture));
    assertEquals(
        new Excluded(Excluded.Reason.NAMESPACE),
        resolve(settings(pods(Set.of("other"), Set.of(), "")), fixture));
    assertEquals(
        new Excluded(Excluded.Reason.POD_SELECTOR),
        resolve(settings(pods(Set.of("shop"), Set.of(), "app=db")), fixture));
    assertEquals(
        new Excluded(Excluded.Reason.ANNOTATION),
        resolve(settings(EVERY), fixture.annotated(Map.of("nodeflame.io/profile", "false"))));
    RelabelRule drop =
        rule(
            "__meta_kubernetes_namespace_label_team",
            "pay.*",
            "",
            RelabelRule.DEFAULT_REPLACEMENT,
            RelabelAction.DROP);
    assertEquals(
        new Excluded(Excluded.Reason.RELABEL_RULE), resolve(settings(EVERY, drop), fixture));
  }

  @Test
  void rulesSeeMetaLabelsAndChangeDefaultOnes() {
    RelabelRule team =
        rule(
            "__meta_kubernetes_namespace_label_team",
            RelabelRule.DEFAULT_REGEX,
            "team",
            RelabelRule.DEFAULT_REPLACEMENT,
            RelabelAction.REPLACE);
    RelabelRule program =
        rule(
            "__meta_process_executable",
            RelabelRule.DEFAULT_REGEX,
            "service_name",
            "program-$1",
            RelabelAction.REPLACE);
    RelabelRule noPod =
        rule("", "pod", "", RelabelRule.DEFAULT_REPLACEMENT, RelabelAction.LABELDROP);
    Map<String, String> labels = labels(settings(EVERY, team, program, noPod), PodFixture.plain());
    assertEquals("payments", labels.get("team"));
    assertEquals("program-web", labels.get("service_name"));
    assertEquals(null, labels.get("pod"));
  }

  @Test
  void tooManyLabelsLeaveThoseThatTellSeriesApart() {
    Map<String, String> many = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      many.put("a" + i, "x".repeat(63));
    }
    RelabelRule all =
        rule(
            "",
            "__meta_kubernetes_pod_label_(.+)",
            "",
            RelabelRule.DEFAULT_REPLACEMENT,
            RelabelAction.LABELMAP);
    Map<String, String> labels = labels(settings(EVERY, all), PodFixture.plain().labelled(many));
    assertEquals(Labels.MAX_LABELS, labels.size());
    for (String name :
        List.of("service_name", "namespace", "pod", "container", "node", "workload_name")) {
      assertEquals(true, labels.containsKey(name), name);
    }
    assertEquals(1, problems.size(), problems::toString);
  }

  @Test
  void withoutAServiceNameTheFirstChoiceStays() {
    RelabelRule none =
        rule("", "service_name", "", RelabelRule.DEFAULT_REPLACEMENT, RelabelAction.LABELDROP);
    assertEquals("web", labels(settings(EVERY, none), PodFixture.plain()).get("service_name"));
  }

  @Test
  void otherProcessesHaveTheRulesToo() {
    RelabelRule drop =
        rule(
            "__meta_process_executable",
            "web",
            "",
            RelabelRule.DEFAULT_REPLACEMENT,
            RelabelAction.DROP);
    assertEquals(
        new Excluded(Excluded.Reason.RELABEL_RULE),
        new TargetRules(settings(EVERY, drop), problems::add).ofOther("nginx", PROCESS));
    Target target =
        assertInstanceOf(
            Target.class,
            new TargetRules(settings(EVERY), problems::add).ofOther("nginx", PROCESS));
    assertEquals(
        Map.of("service_name", "nginx", "node", "n1", "cluster", "c1"), target.labels().asMap());
  }

  @Test
  void annotationsWithoutEffectAreSaid() {
    labels(settings(EVERY), PodFixture.plain().annotated(Map.of("nodeflame.io/profile", "no")));
    assertEquals(
        List.of(
            "pod shop/web-5d4f8b7c9d-x2x4z: nodeflame.io/profile is neither \"true\" nor"
                + " \"false\""),
        problems);
  }

  @Test
  void labelsAndAnnotationsThatAreNotKeptAreSaid() {
    PodFixture pod = PodFixture.plain().withLabelsLeftOut(72).withAnnotationsLeftOut(1);
    assertEquals("web", labels(settings(EVERY), pod).get("service_name"));
    assertEquals(
        List.of(
            "pod shop/web-5d4f8b7c9d-x2x4z: 72 of its labels are not kept: it has more than 128, or"
                + " a value is longer than 63 characters, or all together than 16384",
            "pod shop/web-5d4f8b7c9d-x2x4z: 1 of its annotations are not kept: it has more than"
                + " 128, or a value is longer than 1024 characters, or all together than 16384"),
        problems);
  }
}
