package io.nodeflame.collector.e2e;

import io.nodeflame.collector.delivery.FakePyroscope;
import io.nodeflame.collector.profile.ProfileFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Delivered samples of {@code deploy/demo/churn}. The file of that program is named after the pod
 * that it runs in, so that every sample tells whose it is, whatever its labels say.
 */
final class PodSamples {
  private static final String DIRECTORY = "/tmp/";
  private static final String CONTAINER = "container";

  /** By pod. */
  final Map<String, Long> counts = new TreeMap<>();

  /** Profiles with other labels than those of the pod whose samples they hold. */
  final List<String> wrong = new ArrayList<>();

  /**
   * Of the right pod, but its API server never told which container it was: the pod was deleted
   * before the kubelet could say.
   */
  long withoutContainer;

  /** What a pod is labelled with. */
  interface Labels {
    /** Empty when the name is not that of a pod of the test. */
    Map<String, String> of(String pod);
  }

  static PodSamples at(FakePyroscope endpoint, Labels labels) {
    PodSamples samples = new PodSamples();
    endpoint.stored().forEach(stored -> samples.add(stored, labels));
    return samples;
  }

  /** The command line for the container of a pod whose samples are to be told apart. */
  static String container(String name) {
    return """
        {name: %s, image: "nodeflame-demo:dev", imagePullPolicy: Never, command: [/demo/churn],
         env: [{name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}],
         resources: {requests: {cpu: 1m, memory: 4Mi}}}
        """
        .strip()
        .replace("\n", "")
        .formatted(name);
  }

  long of(String pod) {
    return counts.getOrDefault(pod, 0L);
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private void add(FakePyroscope.Stored stored, Labels labels) {
    Set<String> pods = new TreeSet<>();
    stored.profile().frames().stream()
        .map(ProfileFrame::mapping)
        .filter(file -> file.startsWith(DIRECTORY))
        .map(file -> file.substring(DIRECTORY.length()))
        .filter(pod -> !labels.of(pod).isEmpty())
        .forEach(pods::add);
    Map<String, String> seen = stored.labels();
    long count = stored.profile().total(0) / stored.profile().period();
    for (String pod : pods) {
      counts.merge(pod, count, Long::sum);
      Map<String, String> expected = new TreeMap<>(labels.of(pod));
      if (!seen.containsKey(CONTAINER)) {
        expected.remove(CONTAINER);
        withoutContainer += count;
      }
      if (!seen.entrySet().containsAll(expected.entrySet())) {
        wrong.add(pod + " in " + seen);
      }
    }
  }
}
