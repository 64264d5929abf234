package io.nodeflame.discovery.kubernetes;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Sees every request and answer, counts them and tells of what is in the way. */
final class RequestObserver implements Interceptor {
  static final String NAME = "nodeflame-observer";

  private record Refusal(WatchedResource resource, String verb) {}

  private record Unauthorized() {}

  private record Unreachable() {}

  private record Failure(WatchedResource resource) {}

  private static final long OPENING_SECONDS = 10;

  /** A server that has just started has not read its rules yet, and forbids everything. */
  private static final Duration START = Duration.ofSeconds(10);

  private static final int FORBIDDEN = 403;
  private static final int UNAUTHORIZED = 401;

  private final Problems problems;
  private final Duration refusedRetry;
  private final Map<Refusal, Long> refusedSinceNanos = new ConcurrentHashMap<>();
  private final AtomicLong tokenFailures = new AtomicLong();
  private final Map<WatchedResource, WatchCounts> counts = new EnumMap<>(WatchedResource.class);

  RequestObserver(Problems problems, Duration refusedRetry) {
    this.problems = problems;
    this.refusedRetry = refusedRetry;
    for (WatchedResource resource : WatchedResource.values()) {
      counts.put(resource, new WatchCounts());
    }
  }

  WatchCounts counts(WatchedResource resource) {
    WatchCounts found = counts.get(resource);
    if (found == null) {
      throw new IllegalStateException(resource + " is not counted");
    }
    return found;
  }

  /** Counts how often the token's file could not be read. */
  AtomicLong tokenFailures() {
    return tokenFailures;
  }

  /** What is in the way of a resource, or the empty string. */
  String problem(WatchedResource resource) {
    for (Object problem :
        List.of(
            new Unreachable(),
            new Unauthorized(),
            new Refusal(resource, "list"),
            new Refusal(resource, "watch"),
            new Failure(resource))) {
      String sentence = problems.sentence(problem);
      if (!sentence.isEmpty()) {
        return sentence;
      }
    }
    return "";
  }

  /** A list or watch failed, and will be tried again. */
  void failed(WatchedResource resource, Throwable failure) {
    if (problem(resource).isEmpty()) {
      problems.say(
          new Failure(resource),
          "Listing or watching "
              + resource.plural()
              + " failed ("
              + Problems.cause(failure)
              + "): what is known is used, and it is tried again all the time");
    }
  }

  /** A whole list has been taken in. */
  void listed(WatchedResource resource) {
    problems.solved(new Failure(resource));
  }

  /**
   * Bounds the opening of a watch. Fabric8 7.8 opens the first one of a list before it has set its
   * own timeout, and would wait for ever for a server that does not answer.
   */
  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (builder instanceof WebSocket.Builder opening) {
      opening.connectTimeout(OPENING_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void after(
      HttpRequest request,
      HttpResponse<?> response,
      AsyncBody.Consumer<List<ByteBuffer>> consumer) {
    problems.solved(new Unreachable());
    for (WatchedResource resource : WatchedResource.values()) {
      if (isOf(resource, request.uri())) {
        answered(resource, isWatch(request.uri()) ? "watch" : "list", response.code());
      }
    }
  }

  @Override
  public void afterConnectionFailure(HttpRequest request, Throwable failure) {
    URI server = request.uri();
    for (WatchedResource resource : WatchedResource.values()) {
      // A list that fails is told to the loop; a watch that is opened again is not.
      if (isOf(resource, server) && isWatch(server)) {
        counts(resource).failures.incrementAndGet();
      }
    }
    problems.say(
        new Unreachable(),
        "The API server at "
            + server.getHost()
            + ":"
            + server.getPort()
            + " cannot be reached ("
            + Problems.cause(failure)
            + "): what is known of pods is used, and it is tried again all the time");
  }

  private void answered(WatchedResource resource, String verb, int code) {
    WatchCounts count = counts(resource);
    if (code == FORBIDDEN) {
      count.refusals.incrementAndGet();
      Refusal refusal = new Refusal(resource, verb);
      long now = System.nanoTime();
      Long since = refusedSinceNanos.putIfAbsent(refusal, now);
      if (since != null && now - since >= patience().toNanos()) {
        problems.say(refusal, refusal(resource, verb));
      }
      return;
    }
    if (code == UNAUTHORIZED) {
      problems.say(
          new Unauthorized(),
          "The API server does not accept the token (401): mount a token of the ServiceAccount that"
              + " is not expired, or name a kubeconfig that works");
      return;
    }
    problems.solved(new Unauthorized());
    if (code < 300) {
      refusedSinceNanos.remove(new Refusal(resource, verb));
      problems.solved(new Refusal(resource, verb));
      if (verb.equals("watch")) {
        count.watchNanos = System.nanoTime();
        count.watches.incrementAndGet();
      }
    }
  }

  /** How long refusals may be those of a start. */
  private Duration patience() {
    return START.compareTo(refusedRetry) < 0 ? START : refusedRetry;
  }

  private String refusal(WatchedResource resource, String verb) {
    String loss = verb.equals("list") ? resource.loss() : "changes are seen only with each try";
    return "The API server forbids to "
        + verb
        + " "
        + resource.plural()
        + " (403), so "
        + loss
        + ": grant the verbs get, list and watch on "
        + resource.plural()
        + " in the API group \"\" by a ClusterRole, bound to the daemon's ServiceAccount by a"
        + " ClusterRoleBinding; tried again at least every "
        + refusedRetry.toSeconds()
        + " s";
  }

  private static boolean isOf(WatchedResource resource, URI uri) {
    return uri.getPath().endsWith("/" + resource.plural());
  }

  private static boolean isWatch(URI uri) {
    String query = uri.getQuery();
    return query != null && ("&" + query + "&").contains("&watch=true&");
  }
}
