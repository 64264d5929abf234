package io.nodeflame.collector.delivery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.nodeflame.collector.pprof.CollapsedStacks;
import io.nodeflame.collector.pprof.DecodedProfile;
import io.nodeflame.collector.pprof.PprofReader;
import io.nodeflame.collector.proto.pprof.Profile;
import io.nodeflame.collector.proto.push.PushRequest;
import io.nodeflame.collector.proto.push.RawProfileSeries;
import io.nodeflame.collector.proto.types.LabelPair;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;

/**
 * A Pyroscope for tests: it refuses what the real one refuses, with its codes and words ({@code
 * docs/pyroscope.md}, sections 3 to 7), and keeps what it accepted so that tests can ask for it.
 * Series and time make a profile unique, as compaction sees it.
 */
public final class FakePyroscope implements AutoCloseable {
  private static final int MAX_LABELS = 30;
  private static final int MAX_PROFILE_BYTES = 4 << 20;
  private static final int BURST_BYTES = 2 << 20;
  private static final int MAX_SAMPLES = 16_000;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Stored> stored = Collections.synchronizedMap(new LinkedHashMap<>());
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostAtOnce = new AtomicInteger();
  private volatile int maxSeries = Integer.MAX_VALUE;
  private volatile Behaviour behaviour = exchange -> null;

  /** What a request is answered, before it is even looked at; null lets it pass to the checks. */
  public interface Behaviour {
    Answer answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  public record Answer(int status, String contentType, String body, Map<String, String> headers) {
    /** An error as the Connect protocol says it. */
    public static Answer error(int status, String code, String message) {
      String json = "{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}";
      return new Answer(status, "application/json", json, Map.of());
    }

    public static Answer plain(int status, String body) {
      return new Answer(status, "text/html", body, Map.of());
    }
  }

  /** One request as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(Map<String, String> headers, byte[] body) {}

  /** One accepted profile. */
  public record Stored(SortedMap<String, String> labels, DecodedProfile profile, int copies) {}

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    final transient Answer answer;

    Refused(int status, String code, String message) {
      super(message);
      this.answer = Answer.error(status, code, message);
    }

    static Refused invalid(String message) {
      return new Refused(400, "invalid_argument", message);
    }
  }

  private FakePyroscope(HttpServer server) {
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** Starts on a free port of the loopback address. */
  public static FakePyroscope start() throws IOException {
    return new FakePyroscope(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  /** Takes over a server, such as one with TLS, that has not been started. */
  public static FakePyroscope start(HttpServer server) {
    return new FakePyroscope(server);
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public void behave(Behaviour next) {
    behaviour = next;
  }

  public void answerAlways(Answer answer) {
    behaviour = exchange -> answer;
  }

  /** As the first storage of the real one does by default, with 5000. */
  public void limitSeries(int series) {
    maxSeries = series;
  }

  public List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  public int mostAtOnce() {
    return mostAtOnce.get();
  }

  public List<Stored> stored() {
    synchronized (stored) {
      return List.copyOf(stored.values());
    }
  }

  /** Merged stacks of all profiles that have these labels, as a query would give them. */
  public Map<String, Long> collapsed(Map<String, String> labels) {
    SortedMap<String, Long> merged = new TreeMap<>();
    for (Stored one : stored()) {
      if (one.labels.entrySet().containsAll(labels.entrySet())) {
        one.profile.collapse(0).forEach((stack, value) -> merged.merge(stack, value, Long::sum));
      }
    }
    return merged;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
    try {
      Answer answer = behaviour.answer(exchange);
      byte[] body = exchange.getRequestBody().readAllBytes();
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
      requests.add(new Request(headers, body));
      send(exchange, answer != null ? answer : check(exchange, headers, body));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.decrementAndGet();
      exchange.close();
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", answer.contentType);
    answer.headers.forEach(exchange.getResponseHeaders()::set);
    byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(answer.status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  private Answer check(HttpExchange exchange, Map<String, String> headers, byte[] body) {
    if (exchange.getRequestURI().getPath().equals("/ready")) {
      return Answer.plain(200, "ready");
    }
    if (!exchange.getRequestURI().getPath().equals("/push.v1.PusherService/Push")) {
      return Answer.plain(404, "404 page not found");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return Answer.plain(405, "");
    }
    if (!headers.getOrDefault("Content-Type", "").equals("application/proto")) {
      return new Answer(415, "", "", Map.of("Accept-Post", "application/proto"));
    }
    try {
      PushRequest request;
      try {
        request = PushRequest.parseFrom(body);
      } catch (IOException e) {
        throw Refused.invalid("unmarshal message: " + e.getMessage());
      }
      if (request.getSeriesCount() == 0) {
        throw Refused.invalid("no profiles received");
      }
      for (RawProfileSeries series : request.getSeriesList()) {
        accept(series);
      }
      return new Answer(200, "application/proto", "", Map.of());
    } catch (Refused e) {
      return e.answer;
    }
  }

  private void accept(RawProfileSeries series) throws Refused {
    SortedMap<String, String> labels = labels(series);
    for (var sample : series.getSamplesList()) {
      byte[] pprof = gunzip(sample.getRawProfile().toByteArray());
      long charged = pprof.length;
      for (Map.Entry<String, String> label : labels.entrySet()) {
        charged += label.getKey().length() + label.getValue().length();
      }
      if (charged > BURST_BYTES) {
        throw new Refused(
            429,
            "resource_exhausted",
            "push rate limit (4.0 MiB) exceeded while adding " + charged + " B");
      }
      if (pprof.length > MAX_PROFILE_BYTES) {
        throw Refused.invalid("uncompressed profile payload size exceeds limit of 4.0 MiB");
      }
      Profile profile;
      try {
        profile = Profile.parseFrom(pprof);
      } catch (IOException e) {
        throw new Refused(500, "unknown", "failed to parse raw profile");
      }
      checkProfile(profile, labels);
      store(labels, pprof);
    }
  }

  private static SortedMap<String, String> labels(RawProfileSeries series) throws Refused {
    SortedMap<String, String> labels = new TreeMap<>();
    for (LabelPair label : series.getLabelsList()) {
      if (label.getName().getBytes(StandardCharsets.UTF_8).length > 1024) {
        throw Refused.invalid("profile with labels has label name too long");
      }
      if (label.getValue().getBytes(StandardCharsets.UTF_8).length > 2048) {
        throw Refused.invalid("profile with labels has label value too long");
      }
      if (labels.put(label.getName(), label.getValue()) != null) {
        throw Refused.invalid("profile with labels has duplicate label name: " + label.getName());
      }
    }
    if (labels.isEmpty()) {
      throw Refused.invalid("error at least one label pair is required per profile");
    }
    if (labels.size() > MAX_LABELS) {
      throw Refused.invalid("profile series has " + labels.size() + " label names; limit 30");
    }
    if (labels.getOrDefault("__name__", "").isEmpty()) {
      throw Refused.invalid("invalid labels with error: invalid metric name");
    }
    if (labels.getOrDefault("service_name", "x").isEmpty()) {
      throw Refused.invalid("invalid labels with error: service name is not provided");
    }
    labels.putIfAbsent("service_name", "unknown_service");
    return labels;
  }

  private static void checkProfile(Profile profile, SortedMap<String, String> labels)
      throws Refused {
    Instant time = Instant.ofEpochSecond(0, profile.getTimeNanos());
    Instant now = Instant.now();
    if (time.isBefore(now.minusSeconds(3600)) || time.isAfter(now.plusSeconds(600))) {
      throw Refused.invalid("profile with labels is outside of ingestion window");
    }
    if (profile.getSampleCount() > MAX_SAMPLES) {
      throw Refused.invalid("the profile exceeds the samples count limit");
    }
    if (profile.getSampleTypeCount() == 0) {
      throw Refused.invalid("profile has no sample type");
    }
    if (profile.getStringTableCount() == 0 || !profile.getStringTable(0).isEmpty()) {
      throw Refused.invalid("string 0 should be empty string");
    }
    for (var type : profile.getSampleTypeList()) {
      if (profile.getStringTable((int) type.getType()).contains("-")) {
        throw Refused.invalid("sample type contains -");
      }
    }
    for (var bytes : profile.getStringTableList().asByteStringList()) {
      if (!bytes.isValidUtf8() || bytes.size() > 65_535) {
        throw Refused.invalid("invalid string in the table of " + labels.get("service_name"));
      }
    }
    for (var sample : profile.getSampleList()) {
      if (sample.getValueCount() != profile.getSampleTypeCount()) {
        throw Refused.invalid("sample type and value count differ");
      }
    }
    checkNothingIsLost(profile);
  }

  /** The real one loses these without an error: section 7.3. A test should hear of it. */
  private static void checkNothingIsLost(Profile profile) throws Refused {
    for (var location : profile.getLocationList()) {
      if (location.getId() == 0) {
        throw Refused.invalid("location id is 0");
      }
      if (location.getLineCount() == 0) {
        throw Refused.invalid("lost: a location without a line");
      }
    }
    for (var sample : profile.getSampleList()) {
      if (sample.getLocationIdCount() > 1000 || sample.getLocationIdCount() == 0) {
        throw Refused.invalid("lost: a stack of " + sample.getLocationIdCount() + " frames");
      }
      if (sample.getValue(0) <= 0) {
        throw Refused.invalid("lost: a value that is not positive");
      }
    }
    for (var mapping : profile.getMappingList()) {
      if (!mapping.getHasFunctions()) {
        throw Refused.invalid("lost: a mapping without functions");
      }
    }
  }

  private void store(SortedMap<String, String> labels, byte[] pprof) throws Refused {
    DecodedProfile decoded;
    try {
      decoded = new PprofReader(PprofReader.Bounds.FILE).read(pprof);
    } catch (IOException e) {
      throw Refused.invalid(e.getMessage());
    }
    synchronized (stored) {
      Set<SortedMap<String, String>> series = new HashSet<>(Set.of(labels));
      stored.values().forEach(one -> series.add(one.labels));
      if (series.size() > maxSeries) {
        throw Refused.invalid("Maximum active series limit exceeded (" + maxSeries + ")");
      }
      // Under the same lock: two pushes at a time must not both be the last that fits.
      stored.merge(
          labels + "@" + decoded.timeNanos(),
          new Stored(Collections.unmodifiableSortedMap(labels), decoded, 1),
          (old, fresh) -> new Stored(old.labels, old.profile, old.copies + 1));
    }
  }

  private static byte[] gunzip(byte[] bytes) throws Refused {
    if (bytes.length < 2 || bytes[0] != 0x1f || bytes[1] != (byte) 0x8b) {
      return bytes;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readNBytes(MAX_PROFILE_BYTES + 1);
    } catch (IOException e) {
      throw new Refused(500, "unknown", "failed to decompress raw profile");
    }
  }

  /** For tests that compare with what they pushed. */
  public static Map<String, Long> collapse(io.nodeflame.collector.profile.StackProfile profile) {
    return CollapsedStacks.of(profile).asMap();
  }
}
