package io.nodeflame.collector.collection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.bpf.ProcessImage;
import io.nodeflame.bpf.RecordedSampler;
import io.nodeflame.bpf.RecordedSampler.Stack;
import io.nodeflame.bpf.UserFrame;
import io.nodeflame.collector.account.SampleLedger;
import io.nodeflame.collector.pprof.CollapsedStacks;
import io.nodeflame.collector.profile.StackProfile;
import io.nodeflame.discovery.Labels;
import io.nodeflame.discovery.Target;
import io.nodeflame.symbolizer.JavaFrame;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java frames and threads on their way from records to profiles, without a kernel. */
@Timeout(120)
class JavaCollectionTest {
  private static final long PERIOD = 10;
  private static final ProcessImage NOBODY = new ProcessImage(0, 0, 0);
  private static final ProcessImage PROCESS = new ProcessImage(1, 1, 1);
  private static final ProcessImage NATIVE = new ProcessImage(2, 1, 1);

  private final RecordedSampler sampler = new RecordedSampler(100_000);
  private final FakeSymbolizer symbolizer = new FakeSymbolizer();
  private final FakeJava java = new FakeJava();
  private final SampleLedger ledger = new SampleLedger();

  /** By labels but the service's name, and stack. */
  private final Map<String, Long> samples = new TreeMap<>();

  JavaCollectionTest() {
    symbolizer.java.put(PROCESS.pid(), java);
  }

  private synchronized void keep(StackProfile profile) {
    assertTrue(ledger.handOver(profile.totalSamples()));
    Map<String, String> labels = new TreeMap<>(profile.labels().asMap());
    labels.remove(Labels.SERVICE_NAME);
    CollapsedStacks.of(profile)
        .asMap()
        .forEach((stack, value) -> samples.merge(labels + stack, value / PERIOD, Long::sum));
  }

  private Collection start(ThreadSettings threads) {
    sampler.image(PROCESS, NOBODY, "a");
    sampler.image(NATIVE, NOBODY, "b");
    return Collection.start(
        sampler,
        symbolizer,
        process -> new Target(Labels.of(Map.of(Labels.SERVICE_NAME, process.executable()))),
        this::keep,
        ledger,
        new CollectionSettings(Duration.ofHours(1), PERIOD, Clock.systemUTC(), threads));
  }

  private static Stack compiled(Stack stack, long pc, int compileId) {
    return stack.calledBy(UserFrame.JAVA_COMPILED, pc, 5L << 32 | compileId);
  }

  private static Stack interpreted(Stack stack, long method, int index) {
    return stack.calledBy(UserFrame.JAVA_INTERPRETED, method, index);
  }

  private void take(ProcessImage image, Stack stack) {
    sampler.sample(image, PERIOD, stack);
  }

  @Test
  void framesOfASliceAreAskedForTogetherAndOnce() {
    Collection collection = start(ThreadSettings.NONE);
    Stack leaf = Stack.of(4);
    take(PROCESS, interpreted(compiled(leaf, 7, 9), 5, 3));
    take(PROCESS, interpreted(compiled(leaf, 7, 9), 5, 0xffff));
    take(PROCESS, interpreted(compiled(leaf, 8, 10), 5, 3));
    take(PROCESS, leaf.calledBy(UserFrame.JAVA_STUB, 6, 1L << 32));
    collection.close();
    assertEquals(
        Map.of(
            "{}i5@3;c7#9;p1:4", 1L,
            "{}i5@-1;c7#9;p1:4", 1L,
            "{}i5@3;c8#10;p1:4", 1L,
            "{}s6;p1:4", 1L),
        samples);
    Set<JavaFrame> asked = new TreeSet<>((a, b) -> a.toString().compareTo(b.toString()));
    for (List<JavaFrame> question : java.questions) {
      asked.addAll(question);
    }
    assertEquals(5, asked.size());
    // One slice, or two where the first drain came in between.
    assertTrue(java.questions.size() <= 2, java.questions::toString);
  }

  @Test
  void codeThatWasReplacedWithinASliceKeepsBothNames() {
    Collection collection = start(ThreadSettings.NONE);
    take(PROCESS, compiled(Stack.of(4), 7, 9));
    take(PROCESS, compiled(Stack.of(4), 7, 10));
    take(PROCESS, compiled(Stack.of(5), 7, 9));
    collection.close();
    assertEquals(Map.of("{}c7#9;p1:4", 1L, "{}c7#10;p1:4", 1L, "{}c7#9;p1:5", 1L), samples);
  }

  @Test
  void kindsOfThreadsAreRootFramesOfJavaMachinesOnly() {
    Collection collection = start(new ThreadSettings(ThreadSettings.By.KIND, false));
    take(PROCESS, Stack.of(4).inThread("GC Thread#3"));
    take(PROCESS, Stack.of(4).inThread("GC Thread#4"));
    take(PROCESS, Stack.of(4).inThread("C2 CompilerThre"));
    take(PROCESS, compiled(Stack.of(4), 7, 9).inThread("C2 CompilerThre"));
    take(PROCESS, Stack.of(4).inThread("VM Thread"));
    take(PROCESS, Stack.of(4).inThread("main"));
    take(NATIVE, Stack.of(4).inThread("GC Thread#3"));
    collection.close();
    assertEquals(
        Map.of(
            "{}gc;p1:4", 2L,
            "{}jit;p1:4", 1L,
            "{}app;c7#9;p1:4", 1L,
            "{}vm;p1:4", 1L,
            "{}app;p1:4", 1L,
            "{}p2:4", 1L),
        samples);
  }

  @Test
  void aThreadThatTheMachineListsCollectsNoGarbage() {
    java.javaThreads.add(0);
    Collection collection = start(new ThreadSettings(ThreadSettings.By.KIND, false));
    take(PROCESS, Stack.of(4).inThread("GC Thread#3"));
    collection.close();
    assertEquals(Map.of("{}app;p1:4", 1L), samples);
  }

  @Test
  void namesOfThreadsAreLabelsWithoutTheirNumbersAndBounded() {
    Collection collection = start(new ThreadSettings(ThreadSettings.By.NAME, true));
    take(NATIVE, Stack.of(4).inThread("http-8080-exec-"));
    take(NATIVE, Stack.of(4).inThread("http-9090-exec-"));
    take(NATIVE, Stack.of(4).inThread(""));
    for (int i = 0; i < 300; i++) {
      String name = "t" + (char) ('a' + i % 26) + (char) ('a' + i / 26);
      take(NATIVE, Stack.of(4).inThread(name));
    }
    collection.close();
    assertEquals(2L, samples.get("{thread=http-#-exec-}p2:4"));
    assertEquals(1L, samples.get("{thread=taa}p2:4"));
    assertEquals(257, samples.size());
    assertEquals(1 + 300 - 255L, samples.get("{thread=others}p2:4"));
  }
}
