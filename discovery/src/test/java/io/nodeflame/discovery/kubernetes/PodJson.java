package io.nodeflame.discovery.kubernetes;

/** Pods as the API server writes them; {@code %d} stands for the version. */
final class PodJson {
  private PodJson() {}

  static String id(char digit) {
    return String.valueOf(digit).repeat(64);
  }

  /** A running pod with one container. */
  static String pod(String namespace, String name, String uid, String containerId) {
    return pod(namespace, name, uid, containerId, "\"app\":\"" + name + "\"", "");
  }

  static String pod(
      String namespace,
      String name,
      String uid,
      String containerId,
      String labels,
      String annotations) {
    return """
    {"kind":"Pod","apiVersion":"v1","metadata":{"name":"NAME","namespace":"NAMESPACE","uid":"UID",
    "resourceVersion":"%d","creationTimestamp":"2026-11-23T03:00:00Z","labels":{LABELS},
    "annotations":{ANNOTATIONS},
    "managedFields":[{"manager":"kubelet","fieldsV1":{"f:status":{}}}]},
    "spec":{"nodeName":"node-1","containers":[{"name":"main","image":"web:1"}]},
    "status":{"phase":"Running","podIP":"10.0.0.7","hostIP":"192.168.0.1",
    "conditions":[{"type":"Ready","status":"True"}],
    "containerStatuses":[{"name":"main","containerID":"containerd://CONTAINER","state":{}}]}}"""
        .replace("NAMESPACE", namespace)
        .replace("NAME", name)
        .replace("UID", uid)
        .replace("CONTAINER", containerId)
        .replace("LABELS", labels)
        .replace("ANNOTATIONS", annotations)
        .replace("\n", "");
  }

  static String namespace(String name, String team) {
    return "{\"kind\":\"Namespace\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
        + name
        + "\",\"uid\":\"uid-"
        + name
        + "\",\"resourceVersion\":\"%d\",\"labels\":{\"team\":\""
        + team
        + "\"}},\"spec\":{\"finalizers\":[\"kubernetes\"]},\"status\":{\"phase\":\"Active\"}}";
  }
}
