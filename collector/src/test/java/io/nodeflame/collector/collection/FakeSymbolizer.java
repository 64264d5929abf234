package io.nodeflame.collector.collection;

import io.nodeflame.symbolizer.AddressSpace;
import io.nodeflame.symbolizer.ExecutableIdentity;
import io.nodeflame.symbolizer.FrameKind;
import io.nodeflame.symbolizer.JavaCode;
import io.nodeflame.symbolizer.Location;
import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.SourceLine;
import io.nodeflame.symbolizer.Symbolizer;
import io.nodeflame.symbolizer.SymbolizerStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names address 7 of process 3 {@code p3:7}, and a return address {@code p3:7r}. Processes are gone
 * when a test says so; those that end up closed are remembered, and may not be asked any more.
 */
final class FakeSymbolizer implements Symbolizer {
  final Set<Integer> gone = ConcurrentHashMap.newKeySet();
  final Set<Integer> stackSwitching = ConcurrentHashMap.newKeySet();
  final Set<String> closed = ConcurrentHashMap.newKeySet();
  final Map<Integer, PublishedService> services = new ConcurrentHashMap<>();
  final Map<Integer, FakeJava> java = new ConcurrentHashMap<>();
  volatile Runnable beforeLocate = () -> {};

  /** From here on leaves have no frame of their own. */
  static final long FRAMELESS = 1000;

  private final class Space implements AddressSpace {
    private final String name;
    private final int pid;
    private final boolean isGone;
    private final boolean switchesStacks;
    private volatile boolean isClosed;

    Space(String name, int pid, boolean isGone, boolean switchesStacks) {
      this.name = name;
      this.pid = pid;
      this.isGone = isGone;
      this.switchesStacks = switchesStacks;
    }

    @Override
    public boolean isGone() {
      return isGone;
    }

    @Override
    public boolean isCode(long address) {
      return address > 0;
    }

    @Override
    public boolean isReturnAddressAtStackPointer(long pc) {
      return pc >= FRAMELESS;
    }

    @Override
    public PublishedService service() {
      return services.getOrDefault(pid, PublishedService.NONE);
    }

    @Override
    public JavaCode java() {
      FakeJava machine = java.get(pid);
      return machine == null ? JavaCode.NONE : machine;
    }

    @Override
    public boolean switchesStacks() {
      return switchesStacks;
    }

    @Override
    public Location locate(long address, boolean isReturnAddress) {
      beforeLocate.run();
      if (isClosed) {
        throw new IllegalStateException(name + " was closed before its stacks were named");
      }
      return location(name + ":" + address + (isReturnAddress ? "r" : ""));
    }

    @Override
    public int refresh() {
      return 0;
    }

    @Override
    public void close() {
      isClosed = true;
      closed.add(name);
    }
  }

  private static Location location(String function) {
    return new Location(
        FrameKind.NATIVE,
        "/bin/fake",
        "",
        List.of(new SourceLine(function, "", 0)),
        Optional.empty());
  }

  @Override
  public AddressSpace read(int pid, long startTicks) {
    return new Space(
        "p" + pid + (startTicks > 1 ? "@" + startTicks : ""),
        pid,
        gone.contains(pid),
        stackSwitching.contains(pid));
  }

  @Override
  public AddressSpace inherit(AddressSpace parent) {
    return new Space("child of " + ((Space) parent).name, 0, false, false);
  }

  @Override
  public AddressSpace ofExecutable(ExecutableIdentity executable) {
    return new Space(executable.name(), 0, true, false);
  }

  @Override
  public Location kernel(long address) {
    return location("k:" + address);
  }

  @Override
  public SymbolizerStatistics statistics() {
    return new SymbolizerStatistics(0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {}
}
