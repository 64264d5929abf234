package io.nodeflame.collector.web;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.PlainText;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.cgroup.ContainerId;
import io.nodeflame.discovery.cgroup.ContainerRuntime;
import io.nodeflame.discovery.host.Explanation;
import io.nodeflame.discovery.host.PodReport;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodContainer;
import io.nodeflame.discovery.pod.PodMatch;
import io.nodeflame.discovery.relabel.Step;
import io.nodeflame.discovery.target.Labelling;
import io.nodeflame.discovery.target.PodExplanation;
import io.nodeflame.symbolizer.CodeReport;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Explanations as lines for people; every text of a pod or process is made plain. */
final class ExplainText {
  private static final int MAX_VALUE_CHARS = 400;
  private static final String META = "__";

  private final StringBuilder out = new StringBuilder(2048);
  private final WebSources.CodeInspection code;

  private ExplainText(WebSources.CodeInspection code) {
    this.code = code;
  }

  static String of(Explanation explanation, WebSources.CodeInspection code) {
    ExplainText text = new ExplainText(code);
    text.process(explanation);
    return text.out.toString();
  }

  static String of(PodReport report, WebSources.CodeInspection code) {
    ExplainText text = new ExplainText(code);
    text.pod(report);
    return text.out.toString();
  }

  private void pod(PodReport report) {
    Pod pod = report.pod();
    line("pod", pod.namespace() + "/" + pod.name() + ", " + pod.phase() + ", uid " + pod.uid());
    workload(pod, report.namespaceKnown());
    for (PodReport.Container container : report.containers()) {
      out.append('\n');
      line("container", words(container.container()));
      if (container.processes().isEmpty()) {
        line("processes", "none found in it");
      }
      processes(container.processes());
    }
    if (!report.others().isEmpty()) {
      out.append("\nIn the pod's cgroup, and in no container of its status:\n");
      processes(report.others());
    }
    if (report.leftOut() > 0) {
      out.append("\n").append(report.leftOut()).append(" more processes are not shown.\n");
    }
  }

  private void processes(Iterable<Explanation> explanations) {
    for (Explanation explanation : explanations) {
      out.append('\n');
      process(explanation);
    }
  }

  private static String words(PodContainer container) {
    String kind = container.kind().name().toLowerCase(Locale.ROOT);
    return container.name()
        + " ("
        + kind
        + "), image "
        + container.image()
        + (container.id().isEmpty()
            ? ", no id in the pod's status yet"
            : ", " + container.runtime() + "://" + container.id());
  }

  private void process(Explanation explanation) {
    String executable = explanation.process().executable();
    line(
        "process",
        explanation.process().pid()
            + (executable.isEmpty() ? "" : ", executable " + executable)
            + ", command name "
            + explanation.process().comm()
            + String.format(
                Locale.ROOT,
                ", started %.2f s after boot",
                explanation.process().startNanos() / 1e9));
    switch (explanation.kind()) {
      case KERNEL_THREAD -> line("kind", "a thread of the kernel");
      case GONE -> line("kind", "it ended before its cgroup was read");
      case HOST, CONTAINER ->
          line(
              "cgroup",
              explanation.cgroupPath() + " (" + ExplainWords.hierarchies(explanation) + ")");
    }
    if (explanation.kind() != Explanation.Kind.KERNEL_THREAD) {
      line("container", explanation.container().map(ExplainText::words).orElse("none"));
    }
    explanation.pod().ifPresent(this::pod);
    ExplainWords.code(explanation, code).ifPresent(this::code);
    frequency(explanation.frequency());
    explanation.labelling().ifPresent(this::labelling);
    result(explanation);
  }

  private static String words(ContainerId container) {
    String runtime =
        container.runtime() == ContainerRuntime.UNKNOWN
            ? ""
            : ", " + container.runtime().name().toLowerCase(Locale.ROOT);
    return container.id()
        + runtime
        + (container.inPod() ? ", of the pod " + container.podUid() : ", of no pod by its path");
  }

  private void pod(PodExplanation explanation) {
    PodMatch match = explanation.match();
    Optional<Pod> pod = ExplainWords.pod(match);
    String name = pod.map(p -> p.namespace() + "/" + p.name()).orElse("");
    if (match instanceof PodMatch.Found found) {
      String deleted = found.deleted() ? ", which the API server has deleted" : "";
      line("pod", name + deleted + ", container " + found.container().name());
    } else if (match instanceof PodMatch.ContainerUnknown) {
      line("pod", name + ", whose status does not name the container");
    } else if (match instanceof PodMatch.Ambiguous ambiguous) {
      line("pod", ambiguous.pods() + " pods claim the container, and its path does not decide");
    } else {
      line("pod", "the API server has not told of it");
    }
    pod.ifPresent(p -> workload(p, explanation.namespaceKnown()));
    explanation
        .waited()
        .ifPresent(
            time -> line("waiting", "for " + time.toSeconds() + " s, since its first sample"));
  }

  private void code(CodeReport report) {
    line("runtime", report.runtime());
    line("stacks", report.stacks());
    report.names().forEach(names -> line("names", names));
    report.missing().forEach(missing -> line("missing", missing));
  }

  private void workload(Pod pod, boolean namespaceKnown) {
    line("workload", pod.workload().kind() + " " + pod.workload().name());
    line(
        "namespace",
        namespaceKnown
            ? "labels and annotations are known"
            : "labels and annotations are not known");
  }

  private void frequency(Explanation.Frequency frequency) {
    String words = ExplainWords.frequency(frequency);
    if (!words.isEmpty()) {
      line("frequency", words);
    }
  }

  private void labelling(Labelling labelling) {
    out.append("labels before relabelling\n");
    labels(labelling.given(), name -> !name.startsWith(META));
    labels(labelling.given(), name -> name.startsWith(META));
    for (Step step : labelling.steps()) {
      out.append("rule ").append(step.rule()).append(", ").append(step.action().word());
      if (step.dropped()) {
        out.append(": drops it\n");
      } else if (step.changes().isEmpty()) {
        out.append(": changes nothing\n");
      } else {
        out.append('\n');
        step.changes().forEach(this::change);
      }
    }
    labelling.problems().forEach(problem -> line("problem", problem));
  }

  private void change(Step.Change change) {
    out.append("  ")
        .append(plain(change.label()))
        .append(": ")
        .append(change.before().isEmpty() ? "nothing" : "'" + plain(change.before()) + "'")
        .append(" -> ")
        .append(change.after().isEmpty() ? "nothing" : "'" + plain(change.after()) + "'")
        .append('\n');
  }

  private void result(Explanation explanation) {
    Resolution resolution = explanation.resolution();
    if (resolution instanceof Target target) {
      line("result", "delivered with these labels");
      labels(target.labels().asMap(), name -> true);
    } else if (resolution instanceof Excluded) {
      line("result", "excluded: " + explanation.labelling().orElseThrow().excludedBy());
    } else if (resolution instanceof Unmatched unmatched) {
      line("result", "no target: " + sentence(unmatched.reason()));
    } else if (explanation
        .pod()
        .filter(p -> p.match() instanceof PodMatch.ContainerUnknown)
        .isPresent()) {
      line(
          "result",
          "its samples are held for a minute, since the status may name the container later, and go"
              + " without a container then: the pod's own sandbox (pause) is never named");
    } else {
      line("result", "its samples are held until the pod and its container are known");
    }
  }

  private static String sentence(Unmatched.Reason reason) {
    return switch (reason) {
      case CGROUP_UNKNOWN -> "the process ended before its cgroup was read";
      case NAME_UNKNOWN -> "neither unit nor executable nor command name is known";
      case POD_UNKNOWN -> "the API server did not tell of the pod in time";
      case POD_AMBIGUOUS -> "several pods claim the container";
    };
  }

  private void labels(Map<String, String> labels, Predicate<String> wanted) {
    int width = 0;
    for (String name : labels.keySet()) {
      width = Math.max(width, wanted.test(name) ? Math.min(name.length(), 40) : 0);
    }
    for (Map.Entry<String, String> label : labels.entrySet()) {
      if (wanted.test(label.getKey())) {
        String name = plain(label.getKey());
        out.append("  ")
            .append(name)
            .append(" ".repeat(Math.max(0, width - name.length()) + 2))
            .append(plain(label.getValue()))
            .append('\n');
      }
    }
  }

  private void line(String name, String value) {
    out.append(String.format("%-11s", name)).append(plain(value)).append('\n');
  }

  private static String plain(String text) {
    return PlainText.of(text, MAX_VALUE_CHARS);
  }
}
