package io.nodeflame.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A BPF object from the jar: opened, configured, loaded, attached, closed. */
final class BpfObject implements AutoCloseable {
  private static final int ERROR_BYTES = 1024;
  private static final int LOG_BYTES = 256 * 1024;

  private final String name;
  private final ByteBuffer error = direct(ERROR_BYTES);
  private long handle;

  private BpfObject(String name) {
    this.name = name;
  }

  /**
   * Opens the resource {@code <name>.bpf.o} beside this class.
   *
   * @param name at most 15 characters: the kernel shows it
   */
  static BpfObject open(String name) throws SamplerException {
    NativeLibrary.get();
    BpfObject object = new BpfObject(name);
    long handle = NativeLibrary.openObject(elf(name), ascii(name), object.error);
    if (handle <= 0 && handle > -4096) {
      throw object.failure("cannot be opened");
    }
    object.handle = handle;
    return object;
  }

  /** Sets a {@code const volatile __u32} before load. */
  void setGlobal(String variable, int value) throws SamplerException {
    setGlobal(variable, direct(Integer.BYTES).putInt(0, value));
  }

  /** Sets a {@code const volatile __u64} before load. */
  void setGlobal(String variable, long value) throws SamplerException {
    setGlobal(variable, direct(Long.BYTES).putLong(0, value));
  }

  /** Sets the globals of namespaces.h before load. */
  void setNamespaces(ProcNamespaces namespaces) throws SamplerException {
    setGlobal("pid_namespace_inode", namespaces.isInitialPid() ? 0 : namespaces.pidInode());
    setGlobal("boottime_offset_ns", namespaces.boottimeOffsetNanos());
  }

  private void setGlobal(String variable, ByteBuffer value) throws SamplerException {
    if (NativeLibrary.setGlobal(handle, ascii(variable), value, value.capacity(), error) != 0) {
      throw failure("cannot be configured");
    }
  }

  void setMapEntries(String map, int entries) throws SamplerException {
    if (NativeLibrary.setMapEntries(handle, ascii(map), entries, error) != 0) {
      throw failure("cannot be configured");
    }
  }

  void load() throws SamplerException {
    ByteBuffer log = direct(LOG_BYTES);
    int result = NativeLibrary.load(handle, log, error);
    if (result != 0) {
      String reason = text(error);
      String hint =
          result == -1 || result == -13
              ? "; it needs the capabilities BPF and PERFMON, or root"
              : "; the verifier's log says why";
      throw new SamplerException(
          "the kernel refused the BPF object " + name + ": " + reason + hint, text(log));
    }
  }

  void attach() throws SamplerException {
    if (NativeLibrary.attach(handle, error) != 0) {
      throw failure("cannot be attached");
    }
  }

  /** Hands the event's descriptor over; returns the link to detach, or a negative errno. */
  int attachPerfEvent(String program, int fd) {
    return NativeLibrary.attachPerfEvent(handle, ascii(program), fd, error);
  }

  String lastError() {
    return text(error);
  }

  void detach(int link) {
    NativeLibrary.detach(handle, link);
  }

  /** Descriptor of a map, valid until close. */
  int mapFd(String map) throws SamplerException {
    int fd = NativeLibrary.mapFd(handle, ascii(map));
    if (fd < 0) {
      throw new SamplerException("the BPF object " + name + " has no map " + map);
    }
    return fd;
  }

  /** Descriptor of a program, valid until close. */
  int programFd(String program) throws SamplerException {
    int fd = NativeLibrary.programFd(handle, ascii(program));
    if (fd < 0) {
      throw new SamplerException("the BPF object " + name + " has no program " + program);
    }
    return fd;
  }

  @Override
  public void close() {
    if (handle != 0) {
      NativeLibrary.closeObject(handle);
      handle = 0;
    }
  }

  private SamplerException failure(String what) {
    return new SamplerException("the BPF object " + name + " " + what + ": " + text(error));
  }

  private static ByteBuffer elf(String name) throws SamplerException {
    try (InputStream in = BpfObject.class.getResourceAsStream(name + ".bpf.o")) {
      if (in == null) {
        throw new SamplerException("this build has no BPF object " + name + ": run `make build`");
      }
      byte[] bytes = in.readAllBytes();
      return direct(bytes.length).put(0, bytes);
    } catch (IOException e) {
      throw new SamplerException("the BPF object " + name + " cannot be read: " + e.getMessage());
    }
  }

  static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer ascii(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return direct(bytes.length + 1).put(0, bytes);
  }

  private static String text(ByteBuffer zeroTerminated) {
    int end = 0;
    while (end < zeroTerminated.capacity() && zeroTerminated.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end];
    zeroTerminated.get(0, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
