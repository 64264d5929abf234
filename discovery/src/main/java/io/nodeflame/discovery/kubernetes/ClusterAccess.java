package io.nodeflame.discovery.kubernetes;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the API server is reached. Nothing is read or checked yet.
 *
 * @param apiServer such as {@code https://10.96.0.1:443}; not used with a kubeconfig
 * @param caFile certificates that the server's is checked against; empty for the JDK's own
 * @param tokenFile a bearer token, read again for each request since kubelet replaces it
 * @param kubeconfig goes before the others; its current context is used
 */
public record ClusterAccess(
    URI apiServer, Optional<Path> caFile, Optional<Path> tokenFile, Optional<Path> kubeconfig) {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final URI DEFAULT_SERVER = URI.create("https://kubernetes.default.svc");

  /** By the pod's ServiceAccount; empty when the environment is not that of a pod. */
  public static Optional<ClusterAccess> ofServiceAccount(Map<String, String> environment) {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    if (host.isEmpty()) {
      return Optional.empty();
    }
    String address = host.contains(":") ? "[" + host + "]" : host;
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    return Optional.of(
        new ClusterAccess(
            URI.create("https://" + address + ":" + port),
            Optional.of(SERVICE_ACCOUNT.resolve("ca.crt")),
            Optional.of(SERVICE_ACCOUNT.resolve("token")),
            Optional.empty()));
  }

  /** By a file as kubectl uses it. */
  public static ClusterAccess ofKubeconfig(Path file) {
    return new ClusterAccess(DEFAULT_SERVER, Optional.empty(), Optional.empty(), Optional.of(file));
  }
}
