package io.nodeflame.collector.web;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.host.Explanation;
import io.nodeflame.discovery.pod.Pod;
import io.nodeflame.discovery.pod.PodMatch;
import io.nodeflame.symbolizer.CodeReport;
import java.util.Locale;
import java.util.Optional;

/** The words of an explanation, the same in text and JSON. */
final class ExplainWords {
  private ExplainWords() {}

  static String kind(Explanation.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** What is found in a process that is there and has code of its own. */
  static Optional<CodeReport> code(Explanation explanation, WebSources.CodeInspection code) {
    return switch (explanation.kind()) {
      case KERNEL_THREAD, GONE -> Optional.empty();
      case HOST, CONTAINER -> {
        ProcessFacts process = explanation.process();
        yield code.inspect(process.pid(), process.startTicks());
      }
    };
  }

  static String result(Resolution resolution) {
    if (resolution instanceof Target) {
      return "target";
    }
    if (resolution instanceof Excluded) {
      return "excluded";
    }
    return resolution instanceof Unmatched ? "unmatched" : "waiting";
  }

  /** Empty for a target and while waiting. */
  static String reason(Resolution resolution) {
    if (resolution instanceof Excluded excluded) {
      return excluded.reason().name().toLowerCase(Locale.ROOT);
    }
    return resolution instanceof Unmatched unmatched
        ? unmatched.reason().name().toLowerCase(Locale.ROOT)
        : "";
  }

  static String match(PodMatch match) {
    if (match instanceof PodMatch.Found) {
      return "found";
    }
    if (match instanceof PodMatch.ContainerUnknown) {
      return "container_unknown";
    }
    return match instanceof PodMatch.Ambiguous ? "ambiguous" : "not_found";
  }

  /** Empty when the match has none. */
  static Optional<Pod> pod(PodMatch match) {
    if (match instanceof PodMatch.Found found) {
      return Optional.of(found.pod());
    }
    return match instanceof PodMatch.ContainerUnknown known
        ? Optional.of(known.pod())
        : Optional.empty();
  }

  /** Such as {@code cgroup v2}, or {@code pids, memory} of version 1. */
  static String hierarchies(Explanation explanation) {
    StringBuilder text = new StringBuilder();
    for (String controller : explanation.controllers()) {
      text.append(text.length() == 0 ? "" : ", ")
          .append(controller.isEmpty() ? "cgroup v2" : controller);
    }
    return text.toString();
  }

  /** Such as {@code 99 samples per second and CPU, as the pod asks}; empty when not known. */
  static String frequency(Explanation.Frequency frequency) {
    if (frequency.hertz() == 0) {
      return "";
    }
    String samples = frequency.hertz() + " samples per second and CPU";
    int asked = frequency.askedHertz();
    if (asked == 0) {
      return samples;
    }
    if (asked == frequency.hertz()) {
      return samples + ", as its pod asks";
    }
    String but = samples + "; its pod asks for " + asked;
    if (asked < frequency.hertz()) {
      return but + ", but no pod gets fewer than the others";
    }
    return but
        + ", "
        + (frequency.limit().isEmpty()
            ? "which begins with its next sample"
            : "but " + frequency.limit());
  }
}
