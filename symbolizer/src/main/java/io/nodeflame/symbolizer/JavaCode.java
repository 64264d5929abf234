package io.nodeflame.symbolizer;

import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
import java.util.List;
import java.util.Optional;

/**
 * The Java machine of a process, if it has one. Its frames are told by the walker, which has to
 * know the machine first.
 */
public interface JavaCode {
  /** No Java here. */
  JavaCode NONE =
      new JavaCode() {
        @Override
        public Optional<JavaUnwinding> takeUnwinding() {
          return Optional.empty();
        }

        @Override
        public boolean isStarting() {
          return false;
        }

        @Override
        public long thread(int tid) {
          return 0;
        }

        @Override
        public List<Location> locate(List<JavaFrame> frames) {
          throw new IllegalStateException("no Java machine");
        }
      };

  /**
   * How the frames of its Java code are walked, when that became known since the last call. Asked
   * with each sample: looks at a process that may become a Java machine at a bounded rate. For the
   * sampling thread.
   */
  Optional<JavaUnwinding> takeUnwinding();

  /**
   * Whether there is a Java machine that cannot be walked yet, and soon will be. For the sampling
   * thread.
   */
  boolean isStarting();

  /** A thread of which nothing is known yet: ask again. */
  long THREAD_UNKNOWN = -1;

  /**
   * Address of the {@code JavaThread} of a thread; 0 when it is none, {@link #THREAD_UNKNOWN} when
   * that is not sure yet: threads are sampled before they are in the list, which is read at a
   * bounded rate. For the sampling thread.
   *
   * @param tid in the host's pid namespace
   */
  long thread(int tid);

  /**
   * Names frames, compiled methods with what is inlined into them. Many at once cost less than one
   * by one: memory of the process is read in another thread. For the collecting thread.
   *
   * @return one for each frame, in the same order
   */
  List<Location> locate(List<JavaFrame> frames);
}
