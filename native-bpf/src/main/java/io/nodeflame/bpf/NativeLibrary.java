package io.nodeflame.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * The natives of {@code libnodeflame}, over libbpf. Names and texts are zero-terminated ASCII in
 * direct buffers. A negative result is an errno.
 *
 * <p>The library comes from the path in the system property {@code nodeflame.native.library}, or
 * else is unpacked from the jar into the temporary directory and removed again once it is loaded.
 */
final class NativeLibrary {
  private static final String PATH_PROPERTY = "nodeflame.native.library";

  /** Numbers of {@code layout()} in jni_glue.c, in its order. */
  private static final int[] LAYOUT = {
    Layout.VERSION,
    Layout.RECORD_BYTES,
    Layout.SAMPLE_BYTES,
    Layout.USER_FRAME_BYTES,
    Layout.IMAGE_BYTES,
    Layout.COUNTERS_BYTES,
    Layout.PROCESS_BYTES,
    Layout.JVM_BYTES,
    Layout.MAX_USER_FRAMES,
    EndReason.values().length,
    Layout.MAX_RAISED_CGROUPS,
  };

  private static @Nullable NativeLibrary loaded;

  private NativeLibrary() {}

  /** Loads the library once and compares its layout with ours. */
  static synchronized NativeLibrary get() throws SamplerException {
    NativeLibrary library = loaded;
    if (library == null) {
      loadLibrary();
      checkLayout();
      library = new NativeLibrary();
      loaded = library;
    }
    return library;
  }

  private static void loadLibrary() throws SamplerException {
    String path = System.getProperty(PATH_PROPERTY, "");
    try {
      if (!path.isEmpty()) {
        System.load(Path.of(path).toAbsolutePath().toString());
        return;
      }
      Path unpacked = unpack("libnodeflame-" + architecture() + ".so");
      try {
        System.load(unpacked.toString());
      } finally {
        Files.deleteIfExists(unpacked);
      }
    } catch (UnsatisfiedLinkError e) {
      throw new SamplerException(
          "the native library cannot be loaded: "
              + e.getMessage()
              + "; install libbpf and libelf (Debian, Ubuntu: libbpf1 libelf1)");
    } catch (IOException e) {
      throw new SamplerException("the native library cannot be unpacked: " + e.getMessage());
    }
  }

  private static Path unpack(String name) throws IOException, SamplerException {
    try (InputStream in = NativeLibrary.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new SamplerException(
            "this build has no native library for "
                + architecture()
                + ": build it with `make build` on such a machine (x86_64 and aarch64 are supported)");
      }
      Path file = Files.createTempFile("libnodeflame", ".so");
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    }
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "");
    return name.equals("amd64") ? "x86_64" : name;
  }

  private static void checkLayout() throws SamplerException {
    ByteBuffer numbers = ByteBuffer.allocateDirect(256).order(ByteOrder.nativeOrder());
    int count = layout(numbers, numbers.capacity() / Integer.BYTES);
    for (int i = 0; i < Math.max(count, LAYOUT.length); i++) {
      int theirs = i < count ? numbers.getInt(i * Integer.BYTES) : -1;
      int ours = i < LAYOUT.length ? LAYOUT[i] : -1;
      if (theirs != ours) {
        throw new SamplerException(
            "the native library does not fit this program: layout number "
                + i
                + " is "
                + theirs
                + " there and "
                + ours
                + " here; build both anew with `make clean build`");
      }
    }
  }

  static native long openObject(ByteBuffer elf, ByteBuffer name, ByteBuffer error);

  static native int setGlobal(
      long object, ByteBuffer name, ByteBuffer value, int size, ByteBuffer error);

  static native int setMapEntries(long object, ByteBuffer map, int entries, ByteBuffer error);

  static native int load(long object, ByteBuffer log, ByteBuffer error);

  static native int attach(long object, ByteBuffer error);

  static native int attachPerfEvent(long object, ByteBuffer program, int fd, ByteBuffer error);

  static native void detach(long object, int link);

  static native int mapFd(long object, ByteBuffer map);

  static native int programFd(long object, ByteBuffer program);

  static native void closeObject(long object);

  static native int mapUpdate(int fd, ByteBuffer key, ByteBuffer value);

  static native int mapDelete(int fd, ByteBuffer key);

  static native int mapLookup(int fd, ByteBuffer key, ByteBuffer value);

  static native int possibleCpus();

  static native int perfEventOpen(int event, long periodOrFrequency, int cpu);

  static native long mapRing(int fd, long bytes);

  static native ByteBuffer ringConsumer(long ring);

  static native ByteBuffer ringProducer(long ring);

  static native void unmapRing(long ring);

  static native long openWaiter(int ringFd);

  static native void waitForKernel(long waiter, int timeoutMillis);

  static native void wakeWaiter(long waiter);

  static native void closeWaiter(long waiter);

  static native int closeFd(int fd);

  static native int enableStatistics();

  static native int programStatistics(int fd, ByteBuffer out);

  static native int layout(ByteBuffer out, int capacity);
}
