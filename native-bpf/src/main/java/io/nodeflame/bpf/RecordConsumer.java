package io.nodeflame.bpf;

/** Takes records one by one; the views are reused and must not be kept. */
public interface RecordConsumer {

  /** A process image that is about to be seen in samples for the first time, or again. */
  void image(ImageView image);

  void sample(SampleView sample);

  /** An exec: the process has a new image. Only where the kernel offers process events. */
  void exec(ImageView image);

  /** The last thread of a process ended. Only where the kernel offers process events. */
  void exit(ExitView exit);
}
