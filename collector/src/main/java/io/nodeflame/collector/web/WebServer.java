package io.nodeflame.collector.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server. At most {@value #CONNECTIONS} connections, each with a thread while a request is
 * under way, since the JDK's server waits for requests in threads; threads end when nobody asks. A
 * client that is slower than {@value #REQUEST_SECONDS} s with its request or {@value
 * #ANSWER_SECONDS} s with the answer is cut off. Few answers are made at once, in lanes of their
 * own for what shows profiles, for other things, and for probes, which never wait.
 *
 * <p>{@code /metrics}, {@code /-/healthy}, {@code /-/ready}, {@code /ready}: for everybody. {@code
 * /} and its files hold no profile: for everybody. The query API and what explains labels: see
 * {@link WebConfig#token}.
 */
public final class WebServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WebServer.class);
  private static final String HEALTHY = "/-/healthy";
  private static final String READY = "/-/ready";
  private static final String READY_TOO = "/ready";
  private static final int CONNECTIONS = 64;
  private static final int BACKLOG = 64;
  // Queries use at most three while they are made: see QueryApi.
  private static final int ANSWERS_AT_ONCE = 4;
  // Half of the time that Prometheus takes for a scrape: it sees the reason.
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int IDLE_SECONDS = 20;
  private static final int REQUEST_SECONDS = 10;
  private static final int ANSWER_SECONDS = 30;
  private static final int TIMER_MILLIS = 5000;
  private static final int HEAD_BYTES = 16 << 10;

  static {
    // The JDK's server reads these once, from properties only.
    setUnlessSet("sun.net.httpserver.maxReqTime", REQUEST_SECONDS);
    setUnlessSet("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
    // How often the two times are looked at: each look is a wake-up.
    setUnlessSet("sun.net.httpserver.timerMillis", TIMER_MILLIS);
    setUnlessSet("sun.net.httpserver.maxReqHeaders", 64);
    // All connections together must fit into the heap: the JDK's own bound is 380 KiB for each.
    setUnlessSet("sun.net.httpserver.maxReqHeaderSize", HEAD_BYTES);
    setUnlessSet("sun.net.httpserver.maxIdleConnections", 16);
    setUnlessSet("jdk.httpserver.maxConnections", CONNECTIONS);
    // Otherwise an answer's last packet waits for the client's delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ThreadPoolExecutor threads;
  private final AnswerLane profiles = AnswerLane.ofLarge(ANSWERS_AT_ONCE, PATIENCE);
  private final AnswerLane others = AnswerLane.ofSmall(ANSWERS_AT_ONCE, PATIENCE);
  private final AnswerLane probes = AnswerLane.ofSmall(CONNECTIONS, PATIENCE);
  private final AccessCheck access;
  private final Assets assets = new Assets();
  private final WebSources sources;
  private final Optional<QueryApi> queries;
  private final StatusReply status;
  private final ExplainReply explain;

  private WebServer(WebConfig config, WebSources sources) throws IOException {
    this.sources = sources;
    access = new AccessCheck(config);
    queries = sources.store().map(store -> new QueryApi(store.queries()));
    status = new StatusReply(sources);
    explain = new ExplainReply(sources.explainer(), sources.code());
    server = HttpServer.create(config.listen(), BACKLOG);
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            0,
            CONNECTIONS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "http-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private static void setUnlessSet(String property, int value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, String.valueOf(value));
    }
  }

  /**
   * Starts to listen.
   *
   * @throws IOException when the address cannot be used
   */
  public static WebServer start(WebConfig config, WebSources sources) throws IOException {
    return new WebServer(config, sources);
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = Optional.ofNullable(exchange.getRequestURI().getPath()).orElse("");
    try (exchange;
        AnswerLane.Turn turn = lane(path).turn()) {
      Reply reply = reply(exchange, path, turn);
      turn.made();
      reply.send(exchange);
    }
  }

  private AnswerLane lane(String path) {
    return switch (path) {
      case HEALTHY, READY, READY_TOO -> probes;
      case StatusReply.PATH, ExplainReply.PATH -> profiles;
      default -> isQuery(path) ? profiles : others;
    };
  }

  private static boolean isQuery(String path) {
    return path.startsWith(QueryApi.PATH) || path.equals(QueryApi.CALL_TREE);
  }

  private Reply reply(HttpExchange exchange, String path, AnswerLane.Turn turn) throws IOException {
    try {
      Answer answer = read(exchange, path);
      turn.await();
      return answer.make();
    } catch (RefusedException e) {
      return Reply.problem(e.code(), e.reason());
    } catch (RuntimeException e) {
      log.error("{} {}", exchange.getRequestMethod(), path, e);
      return Reply.problem(ConnectCode.INTERNAL, "an error in the daemon, see its log");
    }
  }

  private Answer read(HttpExchange exchange, String path) throws IOException, RefusedException {
    if (!access.isHostAllowed(exchange)) {
      return () -> Reply.text(421, "this server answers to localhost and to IP addresses only");
    }
    if (isQuery(path)) {
      access.requireProfileAccess(exchange);
      return queries().read(exchange, path);
    }
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return () -> new Reply(405, Reply.TEXT, new byte[0], "Allow", "GET, HEAD");
    }
    return switch (path) {
      case "/metrics" -> this::metrics;
      case HEALTHY -> this::health;
      case READY, READY_TOO -> this::ready;
      case StatusReply.PATH -> {
        access.requireProfileAccess(exchange);
        yield status::reply;
      }
      case ExplainReply.PATH -> {
        access.requireProfileAccess(exchange);
        yield () -> explain.reply(exchange);
      }
      default -> () -> assets.reply(exchange, path);
    };
  }

  private QueryApi queries() throws RefusedException {
    return queries.orElseThrow(
        () -> new RefusedException(ConnectCode.UNAVAILABLE, "store.enabled is false: no profiles"));
  }

  private Reply metrics() {
    return new Reply(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        sources.metrics().get().getBytes(StandardCharsets.UTF_8));
  }

  private Reply health() {
    String failure = sources.failure().get();
    return failure.isEmpty() ? Reply.text(200, "healthy") : Reply.text(503, failure);
  }

  private Reply ready() {
    Readiness readiness = sources.readiness().get();
    return readiness.ready() ? Reply.text(200, "ready") : Reply.text(503, readiness.reason());
  }

  /** Stops at once; requests under way are cut off. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
