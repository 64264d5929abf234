package io.nodeflame.discovery.pod;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Collects what the API server says of a pod, in any order, and keeps what is of use, within
 * bounds. For one pod and one thread.
 */
public final class PodBuilder {
  /** Of names: the API server's own bound. */
  static final int MAX_NAME_CHARS = 253;

  /** Of a container's image. */
  static final int MAX_IMAGE_CHARS = 512;

  /** The API server has no bound; an object has at most 1.5 MiB. */
  static final int MAX_CONTAINERS = 256;

  private static final int MAX_SHORT_CHARS = 64;
  private static final int CONFIG_HASH_CHARS = 32;

  private static final String CONFIG_HASH = "kubernetes.io/config.hash";
  private static final String CONFIG_MIRROR = "kubernetes.io/config.mirror";
  private static final String DEPLOYMENT_CONFIG = "openshift.io/deployment-config.name";
  private static final String TEMPLATE_HASH = "pod-template-hash";
  private static final String ROLLOUT_HASH = "rollouts-pod-template-hash";

  private record Spec(String name, PodContainer.Kind kind, String image) {}

  private record Status(RuntimeId running, String lastId) {}

  private final SharedStrings strings;
  private final MetaEntries labels = MetaEntries.ofLabels();
  private final MetaEntries annotations;
  private final List<Spec> specs = new ArrayList<>();
  private final Map<String, Status> statuses = new HashMap<>();
  private String uid = "";
  private String namespace = "";
  private String name = "";
  private String nodeName = "";
  private String podIp = "";
  private String hostIp = "";
  private String phase = "";
  private Readiness readiness = Readiness.UNKNOWN;
  private Controller controller = Controller.NONE;
  private String createdAt = "";
  private String configHash = "";
  private String configMirror = "";
  private String deploymentConfig = "";
  private String templateHash = "";
  private String rolloutHash = "";

  /**
   * Knows nothing yet.
   *
   * @param annotationWanted called with the key of each annotation
   */
  public PodBuilder(SharedStrings strings, Predicate<String> annotationWanted) {
    this.strings = strings;
    this.annotations = MetaEntries.ofAnnotations(annotationWanted);
  }

  public PodBuilder identity(String uid, String namespace, String name) {
    this.uid = bounded(uid, MAX_SHORT_CHARS);
    this.namespace = strings.share(bounded(namespace, MAX_NAME_CHARS));
    this.name = bounded(name, MAX_NAME_CHARS);
    return this;
  }

  public PodBuilder label(String key, String value) {
    if (key.equals(TEMPLATE_HASH)) {
      templateHash = value;
    } else if (key.equals(ROLLOUT_HASH)) {
      rolloutHash = value;
    }
    labels.put(key, value);
    return this;
  }

  public PodBuilder annotation(String key, String value) {
    switch (key) {
      case CONFIG_HASH -> configHash = value;
      case CONFIG_MIRROR -> configMirror = value;
      case DEPLOYMENT_CONFIG -> deploymentConfig = value;
      default -> {}
    }
    annotations.put(key, value);
    return this;
  }

  /** The owner reference that has {@code controller: true}. */
  public PodBuilder controller(String apiVersion, String kind, String name) {
    boolean fits = kind.length() <= MAX_SHORT_CHARS && name.length() <= MAX_NAME_CHARS;
    if (fits && !kind.isEmpty() && !name.isEmpty()) {
      controller =
          new Controller(
              strings.share(bounded(apiVersion, MAX_NAME_CHARS)),
              strings.share(kind),
              strings.share(name));
    }
    return this;
  }

  /** As the API server writes it: {@code 2026-11-23T03:04:05Z}. */
  public PodBuilder createdAt(String timestamp) {
    createdAt = timestamp;
    return this;
  }

  public PodBuilder node(String nodeName) {
    this.nodeName = strings.share(bounded(nodeName, MAX_NAME_CHARS));
    return this;
  }

  public PodBuilder addresses(String podIp, String hostIp) {
    this.podIp = bounded(podIp, MAX_SHORT_CHARS);
    this.hostIp = strings.share(bounded(hostIp, MAX_SHORT_CHARS));
    return this;
  }

  public PodBuilder phase(String phase) {
    this.phase = strings.share(bounded(phase, MAX_SHORT_CHARS));
    return this;
  }

  public PodBuilder readiness(Readiness readiness) {
    this.readiness = readiness;
    return this;
  }

  /** A container of the spec. */
  public PodBuilder container(PodContainer.Kind kind, String name, String image) {
    if (specs.size() < MAX_CONTAINERS && !name.isEmpty() && name.length() <= MAX_NAME_CHARS) {
      specs.add(new Spec(name, kind, bounded(image, MAX_IMAGE_CHARS)));
    }
    return this;
  }

  /**
   * What the status says of a container; names are unique in a pod.
   *
   * @param id such as {@code containerd://} and 64 hex digits, or empty
   * @param lastId the same of the run that ended before this one
   */
  public PodBuilder status(String name, String id, String lastId) {
    if (statuses.size() < MAX_CONTAINERS) {
      statuses.put(name, new Status(RuntimeId.parse(id), RuntimeId.parse(lastId).id()));
    }
    return this;
  }

  /** Empty when the pod has no uid, namespace or name, or one that the API server never gives. */
  public Optional<Pod> build() {
    if (uid.isEmpty() || namespace.isEmpty() || name.isEmpty()) {
      return Optional.empty();
    }
    var created = Timestamps.parse(createdAt);
    WorkloadRules rules =
        new WorkloadRules(
            name, nodeName, controller, created, templateHash, rolloutHash, deploymentConfig);
    Workload workload = rules.workload();
    return Optional.of(
        new Pod(
            uid,
            isMirror() ? configHash : "",
            namespace,
            name,
            nodeName,
            podIp,
            hostIp,
            phase,
            readiness,
            labels.asMap(strings),
            labels.leftOut(),
            annotations.asMap(strings),
            annotations.leftOut(),
            controller,
            new Workload(strings.share(workload.kind()), strings.share(workload.name())),
            created,
            containers()));
  }

  /** Anybody may write a hash into an annotation; the two that kubelet writes are the same. */
  private boolean isMirror() {
    return controller.kind().equals("Node")
        && configHash.length() == CONFIG_HASH_CHARS
        && configHash.equals(configMirror)
        && RuntimeId.isHex(configHash);
  }

  private List<PodContainer> containers() {
    List<PodContainer> containers = new ArrayList<>(specs.size());
    for (Spec spec : specs) {
      Status status = statuses.getOrDefault(spec.name, new Status(RuntimeId.parse(""), ""));
      containers.add(
          new PodContainer(
              strings.share(spec.name),
              spec.kind,
              strings.share(spec.image),
              strings.share(status.running.runtime()),
              status.running.id(),
              status.lastId));
    }
    return List.copyOf(containers);
  }

  private static String bounded(String text, int maxChars) {
    return text.length() <= maxChars ? text : "";
  }
}
