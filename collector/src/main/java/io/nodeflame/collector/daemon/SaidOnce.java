package io.nodeflame.collector.daemon;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Passes each sentence on once, and counts every time. For any number of threads. */
final class SaidOnce implements Consumer<String> {
  private static final int MAX_SENTENCES = 512;

  private final Consumer<String> log;
  private final Set<String> said = new HashSet<>();
  private final AtomicLong count = new AtomicLong();

  SaidOnce(Consumer<String> log) {
    this.log = log;
  }

  @Override
  public void accept(String sentence) {
    count.incrementAndGet();
    if (isNew(sentence)) {
      log.accept(sentence);
    }
  }

  /** How often something was said, or would have been. */
  long count() {
    return count.get();
  }

  /** When full, it begins anew: pods come and go. */
  private synchronized boolean isNew(String sentence) {
    if (said.size() >= MAX_SENTENCES) {
      said.clear();
    }
    return said.add(sentence);
  }
}
