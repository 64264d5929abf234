package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;

/** The JDK's HTTP client on threads that are given, instead of a pool of its own. */
final class SharedThreadsHttp extends JdkHttpClientFactory {
  private final Executor executor;

  SharedThreadsHttp(Executor executor) {
    this.executor = executor;
  }

  @Override
  protected HttpClient.Builder createNewHttpClientBuilder() {
    return HttpClient.newBuilder().executor(executor);
  }
}
