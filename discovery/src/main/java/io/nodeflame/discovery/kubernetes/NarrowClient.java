package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder.ExecutorSupplier;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.impl.KubernetesClientImpl;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;

/**
 * Fabric8's client without the groups of the API that are not used here: each would load its
 * classes, and the models of most are not even on the class path.
 */
final class NarrowClient extends KubernetesClientImpl {
  NarrowClient(
      HttpClient http,
      Config config,
      ExecutorSupplier executors,
      KubernetesSerialization serialization) {
    super(http, config, executors, serialization);
  }

  @Override
  protected void registerDefaultAdapters() {}

  @Override
  protected void registerDefaultHandlers() {}
}
