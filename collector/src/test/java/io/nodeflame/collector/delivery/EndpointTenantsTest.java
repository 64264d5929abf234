package io.nodeflame.collector.delivery;

import static io.nodeflame.collector.pprof.Profiles.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.delivery.FakePyroscope.Answer;
import io.nodeflame.collector.pprof.PprofEncoder;
import io.nodeflame.collector.pprof.PprofLimits;
import io.nodeflame.collector.pprof.ProfileClock;
import io.nodeflame.collector.pprof.Profiles;
import io.nodeflame.collector.profile.EncodedProfile;
import io.nodeflame.collector.proto.push.PushRequest;
import io.nodeflame.collector.proto.types.LabelPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class EndpointTenantsTest {
  private static final RetryPolicy QUICK =
      new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(5), 0.2);

  /** A limited tenant is left alone for 30 s, the longest pause. */
  private static final RetryPolicy SLOW =
      new RetryPolicy(Duration.ofMinutes(5), Duration.ofMinutes(5), 0);

  private final ProfileClock clock = new ProfileClock();

  private EndpointQueue queue(ProfilePush push, Tenants tenants, RetryPolicy retry) {
    QueueSettings settings =
        new QueueSettings(8 << 20, Duration.ofMinutes(55), 4, 16, retry, ServerLimits.PYROSCOPE);
    return new EndpointQueue("main", push, settings, tenants, clock, InstantSource.system());
  }

  private EndpointQueue queue(FakePyroscope server, Tenants tenants) {
    RequestSettings request =
        new RequestSettings(
            tenants,
            Authorization.NONE,
            Map.of(),
            TlsSettings.DEFAULT,
            Duration.ofSeconds(10),
            "dev");
    EndpointSettings endpoint =
        new EndpointSettings("main", server.url(), request, QueueSettings.DEFAULT);
    return queue(new PyroscopePush(endpoint, InstantSource.system()), tenants, QUICK);
  }

  private EncodedProfile profile(String namespace) {
    Map<String, String> labels = new HashMap<>(Map.of("service_name", "shop"));
    labels.put("namespace", namespace); // left out when empty
    try (PprofEncoder encoder = new PprofEncoder(PprofLimits.PYROSCOPE, clock)) {
      return encoder
          .encode(new Profiles().labels(labels).end(Instant.now()).stack(3, frame("work")).build())
          .get(0);
    }
  }

  /** Tenants by namespace, as requests had them. */
  private static Map<String, List<String>> tenants(FakePyroscope server) throws Exception {
    Map<String, List<String>> tenants = new TreeMap<>();
    for (FakePyroscope.Request request : server.requests()) {
      String namespace = "";
      for (LabelPair label : PushRequest.parseFrom(request.body()).getSeries(0).getLabelsList()) {
        namespace = label.getName().equals("namespace") ? label.getValue() : namespace;
      }
      tenants
          .computeIfAbsent(namespace, key -> new ArrayList<>())
          .add(request.headers().getOrDefault("X-Scope-OrgID", "none"));
    }
    return tenants;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "waited in vain");
      Thread.sleep(2);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void eachProfileGoesToTheTenantOfItsLabel() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      EndpointQueue queue = queue(server, new Tenants("namespace", "rest"));
      for (String namespace : List.of("web", "db", "", "a/b")) {
        queue.accept(profile(namespace));
      }
      queue.close(Duration.ofSeconds(20));
      assertEquals(
          Map.of(
              "web", List.of("web"),
              "db", List.of("db"),
              "", List.of("rest"),
              "a/b", List.of("rest")),
          tenants(server));
      assertEquals(4, queue.snapshot().delivered().profiles());
    }
  }

  @Test
  void whatHasNoTenantIsDroppedAndCounted() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      EndpointQueue queue = queue(server, new Tenants("namespace", ""));
      for (String namespace : List.of("web", "", "a|b")) {
        queue.accept(profile(namespace));
      }
      queue.close(Duration.ofSeconds(20));
      assertEquals(Map.of("web", List.of("web")), tenants(server));
      DeliveryAccounts accounts = queue.snapshot();
      assertEquals(6, accounts.dropped().get(DropReason.NO_TENANT).samples());
      assertTrue(accounts.addUp(), accounts::toString);
      assertEquals(1, queue.series().series()); // what is not sent takes no place
    }
  }

  @Test
  void aRetryKeepsItsTenant() throws Exception {
    try (FakePyroscope server = FakePyroscope.start()) {
      AtomicInteger asked = new AtomicInteger();
      server.behave(
          exchange ->
              switch (asked.incrementAndGet()) {
                case 1 -> Answer.error(429, "resource_exhausted", "push rate limit exceeded");
                case 2 -> Answer.error(503, "unavailable", "away");
                default -> null;
              });
      EndpointQueue queue = queue(server, new Tenants("namespace", "rest"));
      queue.accept(profile("web"));
      await(() -> queue.snapshot().delivered().profiles() == 1);
      assertEquals(Map.of("web", List.of("web", "web", "web")), tenants(server));
      queue.close();
    }
  }

  @Test
  void aTenantThatIsAlwaysLimitedDoesNotHoldUpTheOthers() throws Exception {
    AtomicInteger askedForLoud = new AtomicInteger();
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  if (p.labels().asMap().get("namespace").equals("loud")) {
                    askedForLoud.incrementAndGet();
                    return PushResult.retry(DropReason.RATE_LIMITED, "429", Duration.ZERO);
                  }
                  return PushResult.DELIVERED;
                }),
            new Tenants("namespace", ""),
            SLOW);
    for (int i = 0; i < 50; i++) {
      queue.accept(profile("loud"));
    }
    await(() -> queue.snapshot().retries() >= 1);
    for (int i = 0; i < 50; i++) {
      queue.accept(profile("quiet"));
    }
    await(() -> queue.snapshot().delivered().profiles() == 50);
    // Those on their way when the first answer came, and none after it.
    assertTrue(askedForLoud.get() <= 16, "asked " + askedForLoud);
    assertEquals(50, queue.snapshot().waiting().profiles());
    queue.close(Duration.ofMillis(1));
    assertTrue(queue.snapshot().addUp());
  }

  @Test
  void ofALimitedTenantOnePushAtATimeAsks() throws Exception {
    AtomicInteger askedForLoud = new AtomicInteger();
    CountDownLatch answer = new CountDownLatch(1);
    EndpointQueue queue =
        queue(
            new ToldPush(
                p -> {
                  if (p.labels().asMap().get("namespace").equals("quiet")) {
                    return PushResult.DELIVERED;
                  }
                  if (askedForLoud.incrementAndGet() == 1) {
                    return PushResult.retry(DropReason.RATE_LIMITED, "429", Duration.ZERO);
                  }
                  awaitQuietly(answer);
                  return PushResult.DELIVERED;
                }),
            new Tenants("namespace", ""),
            QUICK);
    queue.accept(profile("loud"));
    await(() -> queue.snapshot().retries() == 1);
    for (int i = 0; i < 5; i++) {
      queue.accept(profile("loud"));
    }
    await(() -> askedForLoud.get() == 2);
    // Behind all of the limited tenant, and yet first.
    queue.accept(profile("quiet"));
    await(() -> queue.snapshot().delivered().profiles() == 1);
    assertEquals(2, askedForLoud.get());
    answer.countDown();
    await(() -> queue.snapshot().delivered().profiles() == 7);
    queue.close();
  }

  @Test
  void aQuotaIsOfOneTenant() throws Exception {
    EndpointQueue queue =
        queue(
            new ToldPush(
                p ->
                    p.labels().asMap().get("namespace").equals("full")
                        ? new PushResult(
                            PushResult.Outcome.DROP,
                            DropReason.INGEST_LIMIT_REACHED,
                            "quota",
                            Duration.ofHours(1))
                        : PushResult.DELIVERED),
            new Tenants("namespace", ""),
            QUICK);
    queue.accept(profile("full"));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    queue.accept(profile("full"));
    queue.accept(profile("web"));
    await(() -> queue.snapshot().waiting().profiles() == 0);
    DeliveryAccounts accounts = queue.snapshot();
    assertEquals(2, accounts.attempts());
    assertEquals(2, accounts.dropped().get(DropReason.INGEST_LIMIT_REACHED).profiles());
    assertEquals(1, accounts.delivered().profiles());
    queue.close();
  }
}
