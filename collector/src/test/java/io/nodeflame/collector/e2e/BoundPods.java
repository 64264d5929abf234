package io.nodeflame.collector.e2e;

import static io.nodeflame.collector.e2e.Objects.at;
import static io.nodeflame.collector.e2e.Objects.list;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Pods that are bound to a node but never run there: they ask for a label that the node has not, so
 * that its kubelet turns them down, at no cost. To who watches the node's pods they are pods like
 * others. For one thread.
 */
final class BoundPods {
  private static final int LABEL_CHANGES = 6;
  private static final int ANNOTATION_CHANGES = 8;
  private static final int CHANGES = 10;

  private final Api api;
  private final String namespace;
  private final String node;
  private final List<String> ownerUids = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Random random = new Random(2);
  private int created;
  private int changes;

  private BoundPods(Api api, String namespace, String node) {
    this.api = api;
    this.namespace = namespace;
    this.node = node;
  }

  /**
   * Makes the pods, in a namespace that is there.
   *
   * @param workloads how many owners they have
   */
  static BoundPods create(Api api, String namespace, String node, int workloads, int count)
      throws IOException, InterruptedException {
    BoundPods pods = new BoundPods(api, namespace, node);
    for (int i = 0; i < workloads; i++) {
      pods.addOwner(i);
    }
    for (int i = 0; i < count; i++) {
      pods.add();
    }
    return pods;
  }

  int count() {
    return names.size();
  }

  /** Changes labels of a pod, or its annotations, or deletes one, or makes another. */
  void change() throws IOException, InterruptedException {
    int kind = changes++ % CHANGES;
    if (kind == CHANGES - 1) {
      add();
      return;
    }
    int number = random.nextInt(names.size());
    String name = names.get(number);
    if (kind < LABEL_CHANGES) {
      patch(name, "labels", "version");
    } else if (kind < ANNOTATION_CHANGES) {
      patch(name, "annotations", "nodeflame.io/label.shift");
    } else {
      names.remove(number);
      succeeded(api.delete(path(name)));
    }
  }

  private void patch(String name, String field, String key)
      throws IOException, InterruptedException {
    String json = "{\"metadata\":{\"%s\":{\"%s\":\"v%d\"}}}".formatted(field, key, changes);
    succeeded(api.patch(path(name), json));
  }

  /** What owns pods need not make them: a ConfigMap makes none, and deletes none. */
  private void addOwner(int number) throws IOException, InterruptedException {
    String owner =
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}}
        """
            .formatted(owner(number));
    ownerUids.add(
        (String)
            at(
                api.post("/api/v1/namespaces/" + namespace + "/configmaps", owner).object(),
                "metadata",
                "uid"));
  }

  private void add() throws IOException, InterruptedException {
    int number = created++;
    int owner = number % ownerUids.size();
    String name = "%s-%05d".formatted(owner(owner), number);
    String pod =
        """
        {"apiVersion": "v1", "kind": "Pod",
         "metadata": {"name": "%1$s", "labels": {"app": "%2$s", "version": "v0"},
          "annotations": {"example.com/note": "%4$s"},
          "ownerReferences": [{"apiVersion": "v1", "kind": "ConfigMap", "name": "%2$s",
           "uid": "%3$s", "controller": true}]},
         "spec": {"nodeName": "%5$s", "nodeSelector": {"example.com/nowhere": "true"},
          "automountServiceAccountToken": false, "containers": [{"name": "main",
           "image": "nodeflame-demo:dev", "imagePullPolicy": "Never"}]}}
        """
            .formatted(name, owner(owner), ownerUids.get(owner), "n".repeat(200), node);
    succeeded(api.post("/api/v1/namespaces/" + namespace + "/pods", pod));
    names.add(name);
  }

  private static String owner(int number) {
    return "bound-%02d".formatted(number);
  }

  private String path(String name) {
    return "/api/v1/namespaces/" + namespace + "/pods/" + name;
  }

  private static void succeeded(Api.Answer answer) throws IOException {
    if (!answer.isGood()) {
      throw new IOException(answer.toString());
    }
  }

  /** How many pods the API server says are bound to a node, these and others. */
  static int onNode(Api api, String node) throws IOException, InterruptedException {
    String query = "/api/v1/pods?resourceVersion=0&fieldSelector=spec.nodeName%3D" + node;
    return list(api.get(query).object().get("items")).size();
  }
}
