package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a user writes to send profiles elsewhere: the default overlay with one line changed. */
final class Overlay {
  private static final String URL = "http://pyroscope.monitoring:4040";

  private Overlay() {}

  /** Has the configuration leave a namespace out, beside what it leaves out by default. */
  static void exclude(Path directory, String namespace) throws IOException {
    Path config = directory.resolve("nodeflame.yaml");
    String targets = "targets: {namespaces: {exclude: [kube-system, " + namespace + "]}}\n";
    Files.writeString(config, Files.readString(config) + targets);
  }

  static Path write(Path directory, String url) throws IOException {
    Path base = Tools.DEPLOY.resolve("overlays/default");
    String config = Files.readString(Tools.DEPLOY.resolve("base/nodeflame.yaml"));
    assertEquals(2, config.split(URL, -1).length, "one line names the endpoint");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("nodeflame.yaml"), config.replace(URL, url));
    Files.writeString(
        directory.resolve("kustomization.yaml"),
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
          - %s
        configMapGenerator:
          - name: nodeflame
            namespace: nodeflame
            behavior: replace
            files: [nodeflame.yaml]
        generatorOptions:
          disableNameSuffixHash: true
        """
            .formatted(directory.toAbsolutePath().relativize(base)));
    return directory;
  }
}
