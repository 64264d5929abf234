package io.nodeflame.collector.config;

import java.time.Duration;

/**
 * What is sampled, and how often.
 *
 * @param frequencyHz samples per second and CPU
 * @param window the time that one profile covers
 * @param maxStackDepth frames; deeper stacks keep the leaf end and are marked truncated
 * @param threads how the threads of a process are told apart
 * @param threadsAs where that is shown
 */
public record SamplingConfig(
    int frequencyHz,
    Event event,
    Duration window,
    boolean kernelStacks,
    int maxStackDepth,
    Threads threads,
    ThreadsAs threadsAs) {

  /** What makes a CPU take a sample. */
  public enum Event {
    /** The kernel's CPU clock: works everywhere. */
    CPU_CLOCK,
    /** Hardware cycles, where there is a performance monitoring unit. */
    CYCLES
  }

  /** What threads are told apart by. */
  public enum Threads {
    NONE,
    /** Of Java machines: gc, jit, vm and app. */
    KIND,
    /** Their names, with {@code #} for numbers. */
    NAME
  }

  /** Where threads are told apart. */
  public enum ThreadsAs {
    /** The root of each stack. */
    FRAME,
    /** The label {@code thread}: series of their own. */
    LABEL
  }

  static final Rule<Integer> FREQUENCY_HZ = Rules.integer(1, 1000);
  private static final Rule<Event> EVENT = Rules.oneOf(Event.class);
  private static final Rule<Threads> THREADS = Rules.oneOf(Threads.class);
  private static final Rule<ThreadsAs> THREADS_AS = Rules.oneOf(ThreadsAs.class);

  /** Pyroscope refuses profiles older than an hour: a window stays well below it. */
  private static final Rule<Duration> WINDOW =
      Rules.duration(Duration.ofSeconds(1), Duration.ofMinutes(5));

  private static final Rule<Integer> MAX_STACK_DEPTH = Rules.integer(16, 512);

  public static final SamplingConfig DEFAULT =
      new SamplingConfig(
          19, Event.CPU_CLOCK, Duration.ofSeconds(15), true, 128, Threads.NONE, ThreadsAs.FRAME);

  public SamplingConfig {
    FREQUENCY_HZ.require("sampling.frequencyHz", frequencyHz);
    WINDOW.require("sampling.window", window);
    MAX_STACK_DEPTH.require("sampling.maxStackDepth", maxStackDepth);
  }

  /**
   * The same with another frequency.
   *
   * @throws IllegalArgumentException when the frequency is out of range
   */
  public SamplingConfig withFrequencyHz(int frequencyHz) {
    return new SamplingConfig(
        frequencyHz, event, window, kernelStacks, maxStackDepth, threads, threadsAs);
  }

  static SamplingConfig read(Section section) {
    SamplingConfig config =
        new SamplingConfig(
            section.value("frequencyHz", DEFAULT.frequencyHz, FREQUENCY_HZ),
            section.value("event", DEFAULT.event, EVENT),
            section.value("window", DEFAULT.window, WINDOW),
            section.value("kernelStacks", DEFAULT.kernelStacks, Rules.FLAG),
            section.value("maxStackDepth", DEFAULT.maxStackDepth, MAX_STACK_DEPTH),
            section.value("threads", DEFAULT.threads, THREADS),
            section.value("threadsAs", DEFAULT.threadsAs, THREADS_AS));
    section.refuseOtherKeys();
    return config;
  }

  PrintedSection print() {
    return new PrintedSection()
        .number("frequencyHz", frequencyHz)
        .text("event", Rules.name(event))
        .text("window", DurationText.format(window))
        .flag("kernelStacks", kernelStacks)
        .number("maxStackDepth", maxStackDepth)
        .text("threads", Rules.name(threads))
        .text("threadsAs", Rules.name(threadsAs));
  }
}
