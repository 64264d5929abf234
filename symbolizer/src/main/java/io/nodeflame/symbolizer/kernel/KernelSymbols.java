package io.nodeflame.symbolizer.kernel;

import io.nodeflame.symbolizer.kernel.Kallsyms.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Names kernel addresses from {@code /proc/kallsyms}. Read at the first look-up; the kernel's own
 * functions stay, those of modules and BPF programs are read again when they may have changed: an
 * address that nothing covers, another {@code /proc/modules}, or age. Since one reading takes the
 * kernel tens of milliseconds, it happens seldom, and ever more seldom while it does not help.
 *
 * <p>Tables lie outside of the heap. Look-ups are for one thread; the other methods for any.
 */
public final class KernelSymbols {
  static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(30);
  static final long MAX_WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);

  /** kallsyms has no sizes: farther from its start than this, an address is not of a function. */
  static final long MAX_CORE_FUNCTION_BYTES = 512 * 1024;

  static final long MAX_MODULE_FUNCTION_BYTES = 64 * 1024;

  private static final int MAX_MODULES_FILE_BYTES = 1 << 20;

  /** A line of /proc/modules: name, size, use count, users, state, address. */
  private static final int MODULE_NAME_FIELD = 0;

  private static final int MODULE_ADDRESS_FIELD = 5;

  private final Path procRoot;
  private final LongSupplier nanoClock;

  private volatile KernelVisibility visibility = KernelVisibility.NOT_READ;
  private volatile SymbolTable core = SymbolTable.EMPTY;
  private volatile SymbolTable modules = SymbolTable.EMPTY;
  private int modulesHash;
  private long readAtNanos;
  private long checkedAtNanos;
  private long waitNanos = CHECK_NANOS;

  /**
   * Reads nothing yet.
   *
   * @param procRoot {@code /proc}, or the host's below another path
   * @param nanoClock as {@link System#nanoTime()}
   */
  public KernelSymbols(Path procRoot, LongSupplier nanoClock) {
    this.procRoot = procRoot;
    this.nanoClock = nanoClock;
  }

  /** For {@code doctor}: reads the file when nothing has been looked up yet. */
  public KernelVisibility readVisibility() {
    if (visibility == KernelVisibility.NOT_READ) {
      read();
    }
    return visibility;
  }

  public KernelVisibility visibility() {
    return visibility;
  }

  /** Functions known, aliases and padding not counted. */
  public int size() {
    return core.size() + modules.size();
  }

  /** Memory outside of the heap, in bytes. */
  public long nativeBytes() {
    return core.nativeBytes() + modules.nativeBytes();
  }

  /**
   * The function that the address lies in; never fails, the unknown has its reason. A file that
   * cannot be read counts as hidden symbols.
   */
  public KernelName find(long address) {
    if (visibility == KernelVisibility.NOT_READ) {
      read();
    }
    // The kernel has the upper half of the address space on all 64-bit architectures we support.
    if (address >= 0) {
      return KernelName.NONE;
    }
    if (visibility != KernelVisibility.VISIBLE) {
      if (nanoClock.getAsLong() - readAtNanos < MAX_WAIT_NANOS) {
        return unnamed();
      }
      read();
      if (visibility != KernelVisibility.VISIBLE) {
        return unnamed();
      }
    }
    KernelName name = find(core, address, MAX_CORE_FUNCTION_BYTES);
    return name.isNamed() ? name : findInModules(address);
  }

  private KernelName unnamed() {
    return visibility == KernelVisibility.EMPTY ? KernelName.NONE : KernelName.HIDDEN;
  }

  private KernelName findInModules(long address) {
    refreshWhenChanged();
    KernelName name = find(modules, address, MAX_MODULE_FUNCTION_BYTES);
    if (name.isNamed() || nanoClock.getAsLong() - readAtNanos < waitNanos) {
      return name;
    }
    read();
    name = find(modules, address, MAX_MODULE_FUNCTION_BYTES);
    waitNanos = name.isNamed() ? CHECK_NANOS : Math.min(2 * waitNanos, MAX_WAIT_NANOS);
    return name;
  }

  /** Code of an unloaded module may be another module's now. */
  private void refreshWhenChanged() {
    long now = nanoClock.getAsLong();
    if (now - checkedAtNanos < CHECK_NANOS) {
      return;
    }
    checkedAtNanos = now;
    if (modulesHash() != modulesHash || now - readAtNanos >= MAX_WAIT_NANOS) {
      read();
    }
  }

  private static KernelName find(SymbolTable table, long address, long maxFunctionBytes) {
    int index = table.floor(address);
    if (index < 0) {
      return KernelName.NONE;
    }
    long offset = address - table.start(index);
    if (Long.compareUnsigned(offset, maxFunctionBytes) >= 0) {
      return KernelName.NONE;
    }
    String name = table.name(index);
    boolean isEndMark = name.equals("_etext") || name.equals("_einittext");
    return isEndMark ? KernelName.NONE : KernelName.of(name, table.module(index), offset);
  }

  private void read() {
    readAtNanos = nanoClock.getAsLong();
    checkedAtNanos = readAtNanos;
    modulesHash = modulesHash();
    boolean keepsCore = core.size() == 0;
    try (InputStream in = Files.newInputStream(procRoot.resolve("kallsyms"))) {
      Parsed parsed = Kallsyms.parse(in, keepsCore);
      KernelVisibility found = visibility(parsed);
      if (found == KernelVisibility.VISIBLE) {
        core = keepsCore ? parsed.core() : core;
        modules = parsed.modules();
        visibility = found;
      } else if (keepsCore) {
        visibility = found;
      }
    } catch (IOException e) {
      // What was read before stays good.
      visibility = keepsCore ? KernelVisibility.UNREADABLE : visibility;
    }
  }

  private static KernelVisibility visibility(Parsed parsed) {
    if (parsed.functions() == 0) {
      return KernelVisibility.EMPTY;
    }
    return parsed.hidden() == parsed.functions()
        ? KernelVisibility.HIDDEN
        : KernelVisibility.VISIBLE;
  }

  /** Of the names and addresses of all modules: the use counts between them change all the time. */
  private int modulesHash() {
    byte[] text;
    try (InputStream in = Files.newInputStream(procRoot.resolve("modules"))) {
      text = in.readNBytes(MAX_MODULES_FILE_BYTES);
    } catch (IOException e) {
      return 0;
    }
    int hash = 1;
    int field = 0;
    for (byte b : text) {
      field = b == '\n' ? 0 : b == ' ' ? field + 1 : field;
      if (field == MODULE_NAME_FIELD || field == MODULE_ADDRESS_FIELD) {
        hash = 31 * hash + b;
      }
    }
    return hash;
  }
}
