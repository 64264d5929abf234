package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.nodeflame.collector.account.DropReason;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.profile.ProfileFrame;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import io.nodeflame.discovery.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeldStacksTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofSeconds(15);
  private static final List<ProfileFrame> FRAMES =
      List.of(frame("leaf"), frame("caller"), frame("main"));

  private static final Waiting STILL =
      new Waiting("x", () -> new Unmatched(Unmatched.Reason.POD_UNKNOWN));

  private final SampleLedger ledger = new SampleLedger();
  private final HeldStacks held = new HeldStacks(ledger);
  private final Map<String, Resolution> known = new HashMap<>();
  private final Map<Target, TargetWindow> windows = new HashMap<>();

  private static ProfileFrame frame(String function) {
    return new ProfileFrame("native", "", "", List.of(new ProfileFrame.Line(function, "", 0)));
  }

  private Waiting waiting(String container) {
    return new Waiting(container, () -> known.getOrDefault(container, STILL));
  }

  private static Target target(String name) {
    return new Target(Labels.of(Map.of(Labels.SERVICE_NAME, name)));
  }

  private void take(String container, long samples, int... stack) {
    ledger.drained(samples);
    held.window(waiting(container), null).add(stack, stack.length, samples, samples * 10);
  }

  private void close(Instant start) {
    held.close(
        (target, thread) -> windows.computeIfAbsent(target, t -> new TargetWindow()),
        FRAMES,
        start,
        WINDOW);
  }

  @Test
  void whatIsKnownByTheEndOfTheWindowBelongsToIt() {
    take("a", 3, 0, 2);
    take("a", 2, 0, 1, 2);
    known.put("a", target("web"));
    windows.put(target("web"), new TargetWindow());
    windows.get(target("web")).add(new int[] {0, 2}, 2, 5, 50);
    close(START);
    assertEquals(10, windows.get(target("web")).samples());
    assertEquals(2, windows.get(target("web")).stackCount());
    assertEquals(0, held.samples());
    assertEquals(List.of(), held.settle(10));
  }

  @Test
  void laterItKeepsTheTimeOfItsOwnWindow() {
    take("a", 3, 0, 2);
    take("b", 4, 1, 2);
    close(START);
    assertEquals(7, held.samples());
    take("a", 1, 0, 2);
    close(START.plus(WINDOW));
    assertEquals(List.of(), held.settle(10));
    known.put("a", target("web"));
    known.put("b", target("web"));
    List<StackProfile> profiles = new ArrayList<>(held.settle(10));
    profiles.sort((x, y) -> x.start().compareTo(y.start()));
    assertEquals(2, profiles.size(), "two containers of one series are one profile");
    assertEquals(START, profiles.get(0).start());
    assertEquals(WINDOW, profiles.get(0).duration());
    assertEquals(7, profiles.get(0).totalSamples());
    assertEquals("leaf", profiles.get(0).frame(0, 0).lines().get(0).function());
    assertEquals(START.plus(WINDOW), profiles.get(1).start());
    assertEquals(1, profiles.get(1).totalSamples());
    assertEquals(0, held.samples());
  }

  @Test
  void whatIsNotWantedOrNeverKnownIsCounted() {
    take("excluded", 3, 0);
    take("unknown", 4, 1);
    take("late", 5, 2);
    known.put("excluded", new Excluded(Excluded.Reason.NAMESPACE));
    known.put("unknown", new Unmatched(Unmatched.Reason.POD_UNKNOWN));
    close(START);
    known.put("late", new Unmatched(Unmatched.Reason.POD_UNKNOWN));
    assertEquals(List.of(), held.settle(10));
    assertEquals(3, ledger.balance().dropped().get(DropReason.EXCLUDED));
    assertEquals(9, ledger.balance().dropped().get(DropReason.UNMATCHED));
    assertEquals(0, ledger.balance().waiting());
  }

  @Test
  void theOldestGoesWhenThereIsTooMuch() {
    int[] deep = new int[1000];
    int windowsThatFit = (1 << 18) / deep.length;
    for (int i = 0; i <= windowsThatFit; i++) {
      take("a", 1, deep);
      close(START.plusSeconds(i));
    }
    assertEquals(List.of(), held.settle(10));
    assertEquals(windowsThatFit, held.samples());
    assertEquals(1, ledger.balance().dropped().get(DropReason.UNMATCHED));
    known.put("a", target("web"));
    assertEquals(windowsThatFit, held.settle(10).size());
    assertEquals(0, ledger.balance().waiting() - windowsThatFit, "handed over by the consumer");
  }
}
