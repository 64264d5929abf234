package io.nodeflame.bpf;

import java.time.Duration;
import java.util.Map;

/**
 * Samples every CPU and hands the records out. {@link #await} and {@link #drain} belong to one
 * thread; {@link #wake}, {@link #stop}, {@link #counters}, {@link #setStackSwitching}, {@link
 * #raise} and {@link #rates} may be called by any, until {@link #close}.
 */
public interface StackSampler extends AutoCloseable {

  /**
   * Waits until the kernel asks for attention (a process image seen for the first time, or a sample
   * of a young process), {@link #wake} is called, or the time is over.
   */
  void await(Duration atMost);

  /** Ends a wait of the draining thread, or its next one. */
  void wake();

  /**
   * Hands out every waiting record, oldest first, and frees its place in the ring.
   *
   * @return number of samples among them
   */
  int drain(RecordConsumer consumer);

  /** The kernel's counters, consistent. */
  SamplerCounters counters();

  /** Process events that the kernel could not hand over; 0 where it offers none. */
  long lostProcessEvents();

  /**
   * Tells the walker that frames of this process may lie on several stacks, as Go's do.
   *
   * @return whether the walker took it: its table is bounded
   */
  boolean setStackSwitching(ProcessImage image);

  /**
   * Tells the walker how the frames of this process's Java code are walked.
   *
   * @return whether the walker took it: its table is bounded
   */
  boolean setJavaMachine(ProcessImage image, JavaWalk walk);

  /**
   * Tells the walker of a thread in a process with a Java machine. Its table keeps those used last.
   *
   * @param tid in the host's pid namespace
   * @param address of its {@code JavaThread}, {@link JavaWalk#NO_JAVA_THREAD} when it is none
   */
  void setJavaThread(int tid, long address);

  /** Forgets what the walker was told about a process. */
  void forget(int pid);

  /**
   * Samples these cgroups more often than all others; replaces what was asked for before. Events
   * fire as often as the most eager of them wants, and the firings of all others are thinned: their
   * samples have the weight that they had. {@link #rates} says what could be given.
   *
   * @param hertzByCgroup samples per second and CPU by cgroup id, as samples tell it
   */
  void raise(Map<Long, Integer> hertzByCgroup);

  /** How often whom is sampled now. */
  SamplingRates rates();

  /** Memory of all BPF maps in bytes, as the kernel accounts it. */
  long mapBytes();

  /** Ends the firing; what was sampled can still be drained. May be called twice. */
  void stop();

  /** Stops sampling and frees everything in the kernel. May be called twice. */
  @Override
  void close();
}
