package io.nodeflame.symbolizer;

import io.nodeflame.symbolizer.hotspot.JavaUnwinding;
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
        public long thread(int tid) {
          return 0;
        }

        @Override
        public Location compiled(long pc, int codeOffset, int compileId) {
          throw new IllegalStateException("no Java machine");
        }

        @Override
        public Location interpreted(long method, int bytecodeIndex) {
          throw new IllegalStateException("no Java machine");
        }

        @Override
        public Location stub(long pc, int codeOffset) {
          throw new IllegalStateException("no Java machine");
        }
      };

  /**
   * How the frames of its Java code are walked, when that became known since the last call. Asked
   * with each sample: looks at a process that may become a Java machine at a bounded rate. For the
   * sampling thread.
   */
  Optional<JavaUnwinding> takeUnwinding();

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
   * Names a compiled method with what is inlined into it. For the collecting thread.
   *
   * @param codeOffset bytes from the method's nmethod to the pc
   * @param compileId that the nmethod had when the sample was taken: with another it is gone
   */
  Location compiled(long pc, int codeOffset, int compileId);

  /**
   * Names an interpreted method. For the collecting thread.
   *
   * @param method address of the {@code Method}
   * @param bytecodeIndex -1 when it is not known
   */
  Location interpreted(long method, int bytecodeIndex);

  /**
   * Names code that the Java machine made for itself. For the collecting thread.
   *
   * @param codeOffset bytes from its CodeBlob to the pc
   */
  Location stub(long pc, int codeOffset);
}
