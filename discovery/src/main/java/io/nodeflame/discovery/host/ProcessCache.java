package io.nodeflame.discovery.host;

import io.nodeflame.discovery.Excluded;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.ProcessFacts;
import io.nodeflame.discovery.Resolution;
import io.nodeflame.discovery.ServiceNames;
import io.nodeflame.discovery.Target;
import io.nodeflame.discovery.Unmatched;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The resolutions of processes, least recently used out first, and one object per distinct label
 * set of them.
 */
final class ProcessCache {
  private record Identity(int pid, long startNanos) {}

  /** Valid while the facts it was made from are the same, and until a time. */
  private record Entry(
      long cgroupId,
      String name,
      ServiceNames service,
      Resolution resolution,
      long madeAt,
      Validity validity) {
    boolean holds(ProcessFacts process, long now, long podsVersion) {
      return cgroupId == process.cgroupId()
          && name.equals(nameOf(process))
          && service.equals(process.service())
          && validity.holds(now - madeAt, podsVersion);
    }
  }

  private static final class Shared {
    final Target target;
    int uses;

    Shared(Target target) {
      this.target = target;
    }
  }

  private final int maxProcesses;
  private final LinkedHashMap<Identity, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Labels, Shared> targets = new HashMap<>();
  private long evicted;

  /** An entry holds a name of at most 128 characters: less than half a KiB with its target. */
  ProcessCache(int maxProcesses) {
    this.maxProcesses = maxProcesses;
  }

  /** Null when there is none that holds, or the process has become another program or moved. */
  @Nullable Resolution find(ProcessFacts process, long now, long podsVersion) {
    Entry entry = entries.get(new Identity(process.pid(), process.startNanos()));
    return entry != null && entry.holds(process, now, podsVersion) ? entry.resolution() : null;
  }

  /** Returns the resolution to use: for a target with known labels the object known already. */
  Resolution keep(ProcessFacts process, Resolution resolution, long now, Validity validity) {
    Resolution shared = resolution instanceof Target target ? share(target) : resolution;
    Entry entry =
        new Entry(process.cgroupId(), nameOf(process), process.service(), shared, now, validity);
    release(entries.put(new Identity(process.pid(), process.startNanos()), entry));
    if (entries.size() > maxProcesses) {
      var eldest = entries.entrySet().iterator();
      Entry old = eldest.next().getValue();
      eldest.remove();
      release(old);
      evicted++;
    }
    return shared;
  }

  /** Forgets all, since other rules hold. */
  void clear() {
    entries.clear();
    targets.clear();
  }

  int targets() {
    return targets.size();
  }

  int processes() {
    return entries.size();
  }

  long evicted() {
    return evicted;
  }

  Map<Unmatched.Reason, Integer> unmatched() {
    Map<Unmatched.Reason, Integer> counts = new EnumMap<>(Unmatched.Reason.class);
    for (Unmatched.Reason reason : Unmatched.Reason.values()) {
      counts.put(reason, 0);
    }
    for (Entry entry : entries.values()) {
      if (entry.resolution() instanceof Unmatched unmatched) {
        counts.merge(unmatched.reason(), 1, Integer::sum);
      }
    }
    return counts;
  }

  Map<Excluded.Reason, Integer> excluded() {
    Map<Excluded.Reason, Integer> counts = new EnumMap<>(Excluded.Reason.class);
    for (Excluded.Reason reason : Excluded.Reason.values()) {
      counts.put(reason, 0);
    }
    for (Entry entry : entries.values()) {
      if (entry.resolution() instanceof Excluded excluded) {
        counts.merge(excluded.reason(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** A thread may rename itself at will, so the command name counts only without a file. */
  private static String nameOf(ProcessFacts process) {
    return process.executable().isEmpty() ? process.comm() : process.executable();
  }

  private Target share(Target target) {
    Shared shared = targets.computeIfAbsent(target.labels(), labels -> new Shared(target));
    shared.uses++;
    return shared.target;
  }

  private void release(@Nullable Entry entry) {
    if (entry != null && entry.resolution() instanceof Target target) {
      Shared shared = targets.get(target.labels());
      if (shared != null && --shared.uses == 0) {
        targets.remove(target.labels());
      }
    }
  }
}
