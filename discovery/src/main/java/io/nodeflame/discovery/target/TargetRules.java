package io.nodeflame.discovery.target;

import io.nodeflame.discovery.DiscoverySettings;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.PodSettings;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.pod.MetaEntries;
import io.nodeflame.discovery.pod.MetaLabels;
import io.nodeflame.discovery.pod.NamespaceMeta;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.relabel.Relabelled;
import io.nodeflame.discovery.relabel.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * From what is known of a process to its labels, or to the setting that excludes it. Immutable, for
 * any number of threads.
 */
public final class TargetRules {
  /** For a process whose names are all blank: its CPU time is real. */
  private static final String NAMELESS = "[nameless]";

  private final DiscoverySettings settings;
  private final Consumer<String> problems;

  /**
   * @param problems takes a sentence for each annotation without effect and each label that was
   *     left out, each time that labels are made, and what others {@link #say}
   */
  public TargetRules(DiscoverySettings settings, Consumer<String> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /** Takes a sentence about what has no effect, each time that it has none. */
  public void say(String problem) {
    problems.accept(problem);
  }

  public DiscoverySettings settings() {
    return settings;
  }

  /**
   * The target of a process in a pod.
   *
   * @param container null when the pod's status never named it, as for the pod's own sandbox
   */
  public Resolution ofPod(
      Pod pod,
      @Nullable PodContainer container,
      Optional<NamespaceMeta> namespace,
      ProcessFacts process) {
    PodAnnotations annotations = annotations(pod);
    Optional<Excluded.Reason> excluded = excluded(pod, annotations);
    if (excluded.isPresent()) {
      return new Excluded(excluded.get());
    }
    String who = "pod " + pod.namespace() + "/" + pod.name() + ": ";
    for (String problem : annotations.problems()) {
      problems.accept(who + problem);
    }
    sayLeftOut(who, pod.labelsLeftOut(), "labels", MetaEntries.MAX_LABEL_CHARS);
    sayLeftOut(who, pod.annotationsLeftOut(), "annotations", MetaEntries.MAX_ANNOTATION_CHARS);
    String name = serviceName(pod, annotations, container, process);
    return relabelled(given(pod, container, namespace, process), name);
  }

  private void sayLeftOut(String who, int count, String what, int maxChars) {
    if (count > 0) {
      problems.accept(
          who
              + count
              + " of its "
              + what
              + " are not kept: it has more than "
              + MetaEntries.MAX_ENTRIES
              + ", or a value is longer than "
              + maxChars
              + " characters, or all together than "
              + MetaEntries.MAX_TOTAL_CHARS);
    }
  }

  /** Which setting does not want the pod; relabel rules are asked later. */
  Optional<Excluded.Reason> excluded(Pod pod, PodAnnotations annotations) {
    PodSettings pods = settings.pods();
    if (!pods.isWanted(pod.namespace())) {
      return Optional.of(Excluded.Reason.NAMESPACE);
    }
    if (!pods.selector().matches(pod.labels())) {
      return Optional.of(Excluded.Reason.POD_SELECTOR);
    }
    return annotations.isProfiled() ? Optional.empty() : Optional.of(Excluded.Reason.ANNOTATION);
  }

  /**
   * The samples per second and CPU that a pod asks for by an annotation; 0 when it asks for none,
   * or is not wanted at all.
   */
  public int frequencyHz(Pod pod) {
    String key = settings.pods().annotations().prefix() + "/" + PodAnnotations.FREQUENCY;
    if (!pod.annotations().containsKey(key)) {
      return 0; // most pods, and asked for each process: nothing else is read
    }
    PodAnnotations annotations = annotations(pod);
    return excluded(pod, annotations).isPresent() ? 0 : annotations.frequencyHz();
  }

  PodAnnotations annotations(Pod pod) {
    return PodAnnotations.read(pod.annotations(), settings.pods().annotations());
  }

  /** The labels before the rules: meta labels and default ones. */
  SortedMap<String, String> given(
      Pod pod,
      @Nullable PodContainer container,
      Optional<NamespaceMeta> namespace,
      ProcessFacts process) {
    MetaLabels meta = meta(process).pod(pod);
    namespace.ifPresent(meta::namespace);
    if (container != null) {
      meta.container(container);
    }
    SortedMap<String, String> given = withFixed(meta);
    PodAnnotations annotations = annotations(pod);
    for (String key : settings.pods().podLabels()) {
      given.put(MetaLabels.sanitised(key), pod.labels().getOrDefault(key, ""));
    }
    String version = pod.labels().getOrDefault("app.kubernetes.io/version", "");
    given.put(Labels.SERVICE_VERSION, either(process.service().version(), version));
    given.putAll(annotations.labels());
    given.put(Labels.NAMESPACE, pod.namespace());
    given.put(Labels.POD, pod.name());
    given.put(Labels.CONTAINER, container == null ? "" : container.name());
    given.put(Labels.WORKLOAD_KIND, pod.workload().kind());
    given.put(Labels.WORKLOAD_NAME, pod.workload().name());
    given.put(Labels.SERVICE_NAME, serviceName(pod, annotations, container, process));
    given.values().removeIf(String::isEmpty);
    return given;
  }

  private static String serviceName(
      Pod pod, PodAnnotations annotations, @Nullable PodContainer container, ProcessFacts process) {
    String containerName = container == null ? "" : container.name();
    return ServiceName.of(pod, annotations, process.service().name(), containerName);
  }

  private static String either(String first, String otherwise) {
    return first.isEmpty() ? otherwise : first;
  }

  /** The target of a process outside of pods. */
  public Resolution ofOther(String name, ProcessFacts process) {
    if (!settings.otherProcesses()) {
      return new Excluded(Excluded.Reason.OTHER_PROCESS);
    }
    return named(name, process);
  }

  /** The target of a process in a pod, where nothing is known of pods. */
  public Resolution named(String name, ProcessFacts process) {
    String service = either(process.service().name(), name);
    return relabelled(given(name, process), either(service, NAMELESS));
  }

  /** The labels of a process outside of pods before the rules. */
  SortedMap<String, String> given(String name, ProcessFacts process) {
    SortedMap<String, String> given = withFixed(meta(process));
    given.put(Labels.SERVICE_NAME, either(process.service().name(), name));
    if (!process.service().version().isEmpty()) {
      given.put(Labels.SERVICE_VERSION, process.service().version());
    }
    return given;
  }

  /** The steps to {@link #ofPod}; problems are in the answer and said to nobody. */
  Labelling explainPod(
      Pod pod,
      @Nullable PodContainer container,
      Optional<NamespaceMeta> namespace,
      ProcessFacts process) {
    List<String> found = new ArrayList<>();
    Resolution resolution =
        new TargetRules(settings, found::add).ofPod(pod, container, namespace, process);
    return labelling(given(pod, container, namespace, process), resolution, pod.namespace(), found);
  }

  /** The steps to {@link #ofOther}. */
  public Labelling explainOther(String name, ProcessFacts process) {
    List<String> found = new ArrayList<>();
    Resolution resolution = new TargetRules(settings, found::add).ofOther(name, process);
    return labelling(given(name, process), resolution, "", found);
  }

  /** The steps to {@link #named}. */
  public Labelling explainNamed(String name, ProcessFacts process) {
    List<String> found = new ArrayList<>();
    Resolution resolution = new TargetRules(settings, found::add).named(name, process);
    return labelling(given(name, process), resolution, "", found);
  }

  private Labelling labelling(
      SortedMap<String, String> given,
      Resolution resolution,
      String namespace,
      List<String> problems) {
    Optional<Excluded.Reason> excluded =
        resolution instanceof Excluded e ? Optional.of(e.reason()) : Optional.empty();
    List<Step> steps =
        excluded.filter(reason -> reason != Excluded.Reason.RELABEL_RULE).isPresent()
            ? List.of()
            : settings.relabeling().trace(given);
    String setting = excluded.map(reason -> setting(reason, namespace, steps)).orElse("");
    return new Labelling(
        Collections.unmodifiableSortedMap(given), steps, setting, problems, resolution);
  }

  private String setting(Excluded.Reason reason, String namespace, List<Step> steps) {
    PodSettings pods = settings.pods();
    return switch (reason) {
      case OTHER_PROCESS -> "targets.otherProcesses: false";
      case NAMESPACE ->
          pods.excludedNamespaces().contains(namespace)
              ? "targets.namespaces.exclude has " + namespace
              : "targets.namespaces.include does not have " + namespace;
      case POD_SELECTOR -> "targets.podSelector does not select the pod's labels";
      case ANNOTATION -> "annotation " + pods.annotations().prefix() + "/profile: \"false\"";
      case RELABEL_RULE -> rule(steps);
    };
  }

  private static String rule(List<Step> steps) {
    Step last = steps.get(steps.size() - 1);
    return "targets.relabelConfigs[" + last.rule() + "], action " + last.action().word();
  }

  private static MetaLabels meta(ProcessFacts process) {
    return new MetaLabels()
        .process("executable", process.executable())
        .process("comm", process.comm())
        .process("service_name", process.service().name())
        .process("service_namespace", process.service().namespace())
        .process("service_version", process.service().version());
  }

  private SortedMap<String, String> withFixed(MetaLabels meta) {
    SortedMap<String, String> given = meta.asMap();
    given.putAll(settings.staticLabels());
    if (!settings.nodeName().isEmpty()) {
      given.put(Labels.NODE, settings.nodeName());
    }
    return given;
  }

  private Resolution relabelled(SortedMap<String, String> given, String name) {
    Relabelled relabelled = settings.relabeling().apply(given);
    if (relabelled instanceof Relabelled.Kept kept) {
      FinalLabels labels = FinalLabels.of(kept.visible(), name);
      if (labels.labels().value(Labels.SERVICE_NAME).isEmpty()) {
        return new Unmatched(Unmatched.Reason.NAME_UNKNOWN);
      }
      if (labels.leftOut() > 0) {
        problems.accept(
            labels.labels().value(Labels.SERVICE_NAME)
                + ": "
                + labels.leftOut()
                + " labels left out: a series has at most "
                + Labels.MAX_LABELS);
      }
      return new Target(labels.labels());
    }
    return new Excluded(Excluded.Reason.RELABEL_RULE);
  }
}
