package io.nodeflame.discovery.target;

import io.nodeflame.discovery.AnnotationSettings;
import io.nodeflame.discovery.LabelRules;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.PlainText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a pod says of how it is profiled: {@code PREFIX/profile: "false"}, {@code PREFIX/frequency:
 * "99"}, {@code PREFIX/service-name} and {@code PREFIX/label.NAME}; and OpenTelemetry's name of its
 * service, which counts where ours is not set.
 *
 * @param isProfiled false only when the pod says so
 * @param frequencyHz samples per second and CPU, from 1 to what the settings allow; 0 when it asks
 *     for none
 * @param serviceName empty when it names none
 * @param labels to add
 * @param problems sentences about annotations that have no effect, without hostile text
 */
record PodAnnotations(
    boolean isProfiled,
    int frequencyHz,
    String serviceName,
    Map<String, String> labels,
    List<String> problems) {
  static final PodAnnotations NONE = new PodAnnotations(true, 0, "", Map.of(), List.of());

  /** As much as {@code sampling.frequencyHz} may be. */
  static final int MAX_FREQUENCY_HZ = 1000;

  static final String FREQUENCY = "frequency";

  private static final Pattern FREQUENCIES = Pattern.compile("[0-9]{1,9}");
  private static final String PROFILE = "profile";
  private static final String SERVICE_NAME = "service-name";
  private static final String LABEL = "label.";
  private static final String OTEL_SERVICE_NAME = "resource.opentelemetry.io/service.name";
  private static final int MAX_LABELS = 8;

  /** What the pod itself tells goes before. */
  private static final Set<String> OF_THE_POD =
      Set.of(
          Labels.NAMESPACE,
          Labels.POD,
          Labels.CONTAINER,
          Labels.NODE,
          Labels.WORKLOAD_KIND,
          Labels.WORKLOAD_NAME);

  /**
   * Reads them.
   *
   * @param settings which of them count
   */
  static PodAnnotations read(Map<String, String> annotations, AnnotationSettings settings) {
    return settings.prefix().isEmpty() ? NONE : new Reader(settings).read(annotations);
  }

  private static final class Reader {
    private final String prefix;
    private final int maxFrequencyHz;
    private final Map<String, String> labels = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private boolean isProfiled = true;
    private int frequencyHz;
    private String serviceName = "";

    Reader(AnnotationSettings settings) {
      prefix = settings.prefix() + "/";
      maxFrequencyHz = settings.maxFrequencyHz();
    }

    PodAnnotations read(Map<String, String> annotations) {
      new TreeMap<>(annotations)
          .forEach(
              (key, value) -> {
                if (key.startsWith(prefix)) {
                  one(key.substring(prefix.length()), value.strip());
                }
              });
      String otherName = annotations.getOrDefault(OTEL_SERVICE_NAME, "").strip();
      if (serviceName.isEmpty() && !otherName.isEmpty()) {
        otelName(otherName);
      }
      return new PodAnnotations(
          isProfiled, frequencyHz, serviceName, Map.copyOf(labels), List.copyOf(problems));
    }

    private void one(String name, String value) {
      if (name.equals(PROFILE)) {
        profile(value);
      } else if (name.equals(FREQUENCY)) {
        frequency(value);
      } else if (name.equals(SERVICE_NAME)) {
        if (isAllowed(name, Labels.SERVICE_NAME, value)) {
          serviceName = value;
        }
      } else if (name.startsWith(LABEL)) {
        label(name, name.substring(LABEL.length()), value);
      } else {
        problem(name, "is not known");
      }
    }

    private void otelName(String value) {
      String problem = LabelRules.problem(Labels.SERVICE_NAME, value);
      if (problem.isEmpty()) {
        serviceName = value;
      } else {
        problems.add(OTEL_SERVICE_NAME + " has no effect: " + problem);
      }
    }

    private void profile(String value) {
      if (value.equals("false")) {
        isProfiled = false;
      } else if (!value.equals("true")) {
        problem(PROFILE, "is neither \"true\" nor \"false\"");
      }
    }

    private void frequency(String value) {
      int hertz = FREQUENCIES.matcher(value).matches() ? Integer.parseInt(value) : 0;
      if (hertz >= 1) {
        frequencyHz = Math.min(hertz, maxFrequencyHz);
        if (frequencyHz < hertz) {
          problem(
              FREQUENCY, "is more than the " + maxFrequencyHz + " that are allowed, which it gets");
        }
      } else {
        problem(FREQUENCY, "is no whole number from 1 to " + MAX_FREQUENCY_HZ);
      }
    }

    private void label(String name, String label, String value) {
      if (label.equals(Labels.SERVICE_NAME)) {
        problem(name, "is what " + prefix + SERVICE_NAME + " is for");
      } else if (OF_THE_POD.contains(label)) {
        problem(name, "has no effect: every pod has this label of its own");
      } else if (labels.size() == MAX_LABELS) {
        problem(name, "is one of more than " + MAX_LABELS + " labels");
      } else if (isAllowed(name, label, value)) {
        labels.put(label, value);
      }
    }

    private boolean isAllowed(String name, String label, String value) {
      String problem = LabelRules.problem(label, value);
      if (!problem.isEmpty()) {
        problem(name, "has no effect: " + problem);
      }
      return problem.isEmpty();
    }

    private void problem(String name, String what) {
      problems.add(prefix + PlainText.of(name, Labels.MAX_NAME_CHARS) + " " + what);
    }
  }
}
