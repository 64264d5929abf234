package io.nodeflame.discovery.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.nodeflame.discovery.pod.SharedStrings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;

/** Makes the one client. */
final class ApiClients {
  /** The strings that pods of one node have in common: names of labels, images, owners. */
  private static final int SHARED_STRINGS = 2048;

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** Of a whole list. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private ApiClients() {}

  /**
   * Does not talk to the server yet.
   *
   * @throws IOException when the files of the access cannot be read or make no sense
   */
  static KubernetesClient connect(
      KubernetesSettings settings, Executor executor, Problems problems, RequestObserver observer)
      throws IOException {
    try {
      Config config = config(settings, problems, observer);
      HttpClient.Builder http = new SharedThreadsHttp(executor).newBuilder(config);
      http.addOrReplaceInterceptor(RequestObserver.NAME, observer);
      return new NarrowClient(http.build(), config, () -> executor, serialization(settings));
    } catch (KubernetesClientException | IllegalArgumentException e) {
      throw new IOException("No client for the API server: " + Problems.cause(e), e);
    }
  }

  private static Config config(
      KubernetesSettings settings, Problems problems, RequestObserver observer) throws IOException {
    Config config = base(settings.access(), problems, observer);
    config.setUserAgent("nodeflame");
    config.setConnectionTimeout((int) CONNECT_TIMEOUT.toMillis());
    config.setRequestTimeout((int) REQUEST_TIMEOUT.toMillis());
    // The informer starts over by itself, with pauses that grow. One retry below it must be:
    // without
    // any, a failure to connect is not told to the observer.
    config.setRequestRetryBackoffLimit(1);
    config.setRequestRetryBackoffInterval((int) settings.retry().toMillis());
    config.setWatchReconnectInterval((int) settings.retry().toMillis());
    return config;
  }

  private static Config base(ClusterAccess access, Problems problems, RequestObserver observer)
      throws IOException {
    if (access.kubeconfig().isPresent()) {
      Path file = access.kubeconfig().get();
      requireReadable(file);
      return Config.fromKubeconfig(file.toFile());
    }
    Config config = Config.empty();
    config.setMasterUrl(access.apiServer() + "/");
    if (access.caFile().isPresent()) {
      requireReadable(access.caFile().get());
      config.setCaCertFile(access.caFile().get().toString());
    }
    if (access.tokenFile().isPresent()) {
      config.setOauthTokenProvider(
          new TokenFile(access.tokenFile().get(), problems, observer.tokenFailures()));
    }
    return config;
  }

  private static void requireReadable(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      throw new IOException("No client for the API server: " + file + " cannot be read");
    }
  }

  /** Knows three types; all that is not told of them is passed over while reading. */
  private static KubernetesSerialization serialization(KubernetesSettings settings) {
    SharedStrings strings = new SharedStrings(SHARED_STRINGS);
    SimpleModule module = new SimpleModule("nodeflame");
    module.addDeserializer(WatchedPod.class, new PodReader(strings, settings.annotationWanted()));
    module.addDeserializer(
        WatchedNamespace.class, new NamespaceReader(strings, settings.annotationWanted()));
    ObjectMapper mapper = new ObjectMapper().registerModule(module);
    KubernetesSerialization serialization = new KubernetesSerialization(mapper, false);
    serialization.registerKubernetesResource("v1", "Pod", WatchedPod.class);
    serialization.registerKubernetesResource("v1", "Namespace", WatchedNamespace.class);
    serialization.registerKubernetesResource("v1", "Status", Status.class);
    return serialization;
  }
}
