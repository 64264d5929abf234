package io.nodeflame.symbolizer.hotspot;

import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.demangle.SafeName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names the frames of one process's Java code from its memory. What has gone since the sample was
 * taken is said to be gone, never guessed. For the collecting thread.
 */
final class JavaFrames {
  private static final String UNLOADED = "[unloaded Java method]";
  private static final int MAX_BLOB_NAME_BYTES = 128;
  private static final int FIRST_FULL_LEVEL = 4;

  /** Code that runs much is not interpreted for long. */
  private static final int MAX_INTERPRETED = 512;

  private static final int MAX_COMPILED = 1024;

  private record Interpreted(long method, int bytecodeIndex) {}

  private record Compiled(long nmethod, int compileId) {}

  private record KnownFrame(long constMethod, Location location) {}

  private final VmMemory memory;
  private final VmLayout layout;
  private final int excess;
  private final MethodCache cache;
  private final int machine;
  private final MethodReader methods;
  private final ScopeReader scopes;

  /** Each compiled method without its lines and what is inlined: what is true of all of it. */
  private final Map<Compiled, Location> compiled = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Interpreted, KnownFrame> interpreted = new LinkedHashMap<>(16, 0.75f, true);

  JavaFrames(VmMemory memory, VmLayout layout, int version, MethodCache cache) {
    this.memory = memory;
    this.layout = layout;
    this.excess = Unsigned5.excessOf(version);
    this.cache = cache;
    this.machine = cache.nextMachine();
    this.methods = new MethodReader(layout.methods);
    this.scopes = new ScopeReader(layout.nmethods);
  }

  /** What was read before may have changed. */
  void refresh() {
    memory.forget();
  }

  /**
   * A compiled method or native wrapper.
   *
   * @param pc absolute
   * @param blobOffset bytes from the nmethod to the pc
   * @param compileId that the nmethod had when the sample was taken
   */
  Location compiled(long pc, int blobOffset, int compileId) {
    long nmethod = pc - blobOffset;
    try {
      BlobLayout blobs = layout.blobs;
      if (memory.i32(nmethod + blobs.compileId) != compileId) {
        return unloaded(nmethod, compileId);
      }
      FrameKind kind =
          blobs.level.read(memory, nmethod) >= FIRST_FULL_LEVEL
              ? FrameKind.JAVA_OPTIMIZED
              : FrameKind.JAVA_COMPILED;
      int pcOffset = (int) (pc - blobs.codeBegin(memory, nmethod));
      List<ScopeReader.Scope> found = scopes.read(memory, nmethod, pcOffset, excess);
      if (found.isEmpty()) {
        long method = blobs.method.read(memory, nmethod);
        found = List.of(new ScopeReader.Scope(method, -1));
      }
      List<SourceLine> lines = new ArrayList<>(found.size());
      for (ScopeReader.Scope scope : found) {
        lines.add(line(scope.method(), scope.bytecodeIndex()));
      }
      SourceLine outermost = lines.get(lines.size() - 1);
      keep(
          compiled,
          new Compiled(nmethod, compileId),
          named(kind, List.of(new SourceLine(outermost.function(), outermost.file(), 0))),
          MAX_COMPILED);
      return named(kind, lines);
    } catch (IOException e) {
      return unloaded(nmethod, compileId);
    }
  }

  /** The method alone, where other addresses in it were asked for before. */
  private Location unloaded(long nmethod, int compileId) {
    Location known = compiled.get(new Compiled(nmethod, compileId));
    return known != null
        ? known
        : unnamed(FrameKind.JAVA_COMPILED, UNLOADED, UnnamedReason.JAVA_UNLOADED);
  }

  /**
   * A frame of the interpreter.
   *
   * @param method address of the {@code Method}
   * @param bytecodeIndex -1 when it is not known
   */
  Location interpreted(long method, int bytecodeIndex) {
    Interpreted key = new Interpreted(method, bytecodeIndex);
    KnownFrame known = interpreted.get(key);
    try {
      long constMethod = methods.constMethod(memory, method);
      if (known == null || known.constMethod() != constMethod) {
        Location location = named(FrameKind.JAVA_INTERPRETED, List.of(line(method, bytecodeIndex)));
        known = new KnownFrame(constMethod, location);
        keep(interpreted, key, known, MAX_INTERPRETED);
      }
      return known.location();
    } catch (IOException e) {
      return known != null // the process has ended since, or is about to
          ? known.location()
          : unnamed(FrameKind.JAVA_INTERPRETED, UNLOADED, UnnamedReason.JAVA_UNLOADED);
    }
  }

  private static <K, V> void keep(Map<K, V> map, K key, V value, int maxSize) {
    map.put(key, value);
    if (map.size() > maxSize) {
      map.remove(map.keySet().iterator().next());
    }
  }

  /**
   * Code of the Java machine's own.
   *
   * @param blobOffset bytes from the CodeBlob to the pc
   */
  Location stub(long pc, int blobOffset) {
    try {
      long name = memory.u64(pc - blobOffset + layout.blobs.name);
      String text = memory.cString(name, MAX_BLOB_NAME_BYTES);
      if (text.isEmpty()) {
        return unnamed(FrameKind.JAVA_STUB, "[java stub]", UnnamedReason.JAVA_UNLOADED);
      }
      return named(FrameKind.JAVA_STUB, List.of(new SourceLine(SafeName.of(text), "", 0)));
    } catch (IOException e) {
      return unnamed(FrameKind.JAVA_STUB, "[java stub]", UnnamedReason.JAVA_UNLOADED);
    }
  }

  private SourceLine line(long address, int bytecodeIndex) throws IOException {
    JavaMethod method = method(address);
    int line = methods.line(memory, method, bytecodeIndex, excess);
    return new SourceLine(method.name(), method.file(), line);
  }

  private JavaMethod method(long address) throws IOException {
    long constMethod = methods.constMethod(memory, address);
    MethodCache.Known known = cache.find(machine, address);
    if (known != null && known.constMethod() == constMethod) {
      return known.method();
    }
    JavaMethod method = methods.read(memory, address);
    cache.keep(machine, address, new MethodCache.Known(constMethod, method));
    return method;
  }

  private static Location named(FrameKind kind, List<SourceLine> lines) {
    return new Location(kind, "", "", lines, Optional.empty());
  }

  private static Location unnamed(FrameKind kind, String name, UnnamedReason reason) {
    return new Location(kind, "", "", List.of(new SourceLine(name, "", 0)), Optional.of(reason));
  }
}
