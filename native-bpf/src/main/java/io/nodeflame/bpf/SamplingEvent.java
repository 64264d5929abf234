package io.nodeflame.bpf;

/** What fires. */
public enum SamplingEvent {
  /** CPU time, by the kernel's timer. Works everywhere. */
  CPU_CLOCK(0),
  /** CPU cycles, by the PMU; each sample is weighted with the time since the CPU's last one. */
  CYCLES(1);

  private final int number;

  SamplingEvent(int number) {
    this.number = number;
  }

  /** Its number in {@code enum nf_event} of perf_event.h. */
  int number() {
    return number;
  }
}
