package io.nodeflame.symbolizer.unwind;

import io.nodeflame.symbolizer.callframe.CallFrameTable;
import io.nodeflame.symbolizer.callframe.CallFrames;
import io.nodeflame.symbolizer.elf.ElfFile;
import io.nodeflame.symbolizer.elf.ElfSegment;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The unwind rows of one file, sorted: each holds from its address to that of the next. A row is
 * the offset of its address from {@link #firstAddress}, shifted by {@link #RULE_BITS}, and the
 * number of its rule. Before the first row and behind the last there is none. Immutable; close it
 * when no row is in use any more, so that others may use the numbers of its rules.
 */
public final class UnwindRows implements AutoCloseable {
  /** Bits of the rule's number in a row. */
  public static final int RULE_BITS = 16;

  /** Size of a row. */
  public static final int ROW_BYTES = Long.BYTES;

  /** 8 MiB. The largest library of a distribution has 818,000. */
  private static final int MAX_ROWS = 1 << 20;

  /** The most of a distribution's library are 585. */
  private static final int MAX_RULES = 2048;

  private static final long MAX_CODE_BYTES = 1L << 32;

  private final long firstAddress;
  private final RowList rows;
  private final UnwindRules rules;
  private final int[] numbers;
  private final int malformed;
  private final int unexpressed;
  private final boolean cut;
  private final AtomicBoolean closed = new AtomicBoolean();

  private UnwindRows(
      long firstAddress,
      RowList rows,
      UnwindRules rules,
      RuleNumbers numbers,
      int malformed,
      boolean cut) {
    this.firstAddress = firstAddress;
    this.rows = rows;
    this.rules = rules;
    this.numbers = numbers.numbers();
    this.malformed = malformed;
    this.unexpressed = numbers.unexpressed();
    this.cut = cut;
  }

  /**
   * Reads the rows of a file, which takes about a second for the largest; not for the sampling
   * thread.
   *
   * @param rules gets what this file uses
   * @return empty when the file has no code or no call frame entries
   * @throws io.nodeflame.symbolizer.bytes.MalformedException when they contradict their format as a
   *     whole
   */
  public static Optional<UnwindRows> of(ElfFile elf, UnwindRules rules) throws IOException {
    return of(elf, rules, MAX_ROWS, MAX_RULES);
  }

  static Optional<UnwindRows> of(ElfFile elf, UnwindRules rules, int maxRows, int maxRules)
      throws IOException {
    long first = -1;
    long end = 0;
    for (ElfSegment segment : elf.segments()) {
      long segmentEnd = segment.address() + segment.memorySize();
      if (segment.isLoaded()
          && segment.isExecutable()
          && Long.compareUnsigned(segment.address(), segmentEnd) < 0) {
        first = Long.compareUnsigned(segment.address(), first) < 0 ? segment.address() : first;
        end = Long.compareUnsigned(segmentEnd, end) > 0 ? segmentEnd : end;
      }
    }
    Optional<CallFrameTable> frames = CallFrames.all(elf);
    if (end == 0 || frames.isEmpty()) {
      return Optional.empty();
    }
    if (Long.compareUnsigned(end - first, MAX_CODE_BYTES) > 0) {
      end = first + MAX_CODE_BYTES;
    }
    return Optional.of(read(frames.get(), first, end, rules, maxRows, maxRules));
  }

  static UnwindRows read(
      CallFrameTable frames, long first, long end, UnwindRules rules, int maxRows, int maxRules)
      throws IOException {
    RuleNumbers numbers = new RuleNumbers(new RuleMaker(frames.machine()), rules, maxRules);
    boolean isKept = false;
    try {
      RowList list = new RowList(maxRows);
      RowBuilder builder = new RowBuilder(first, end, numbers, list);
      int malformed = frames.eachRowInOrder(builder);
      builder.finish();
      UnwindRows rows = new UnwindRows(first, list, rules, numbers, malformed, builder.isCut());
      isKept = true;
      return rows;
    } finally {
      if (!isKept) {
        numbers.releaseAll();
      }
    }
  }

  /** Lowest virtual address of code in the file. */
  public long firstAddress() {
    return firstAddress;
  }

  public int size() {
    return rows.size();
  }

  public long row(int index) {
    return rows.get(index);
  }

  /** Of all rows. */
  public long bytes() {
    return (long) rows.size() * ROW_BYTES;
  }

  /** Entries of functions that contradict their format. */
  public int malformed() {
    return malformed;
  }

  /** Rows without a rule since none expresses them, or there was no room for it. */
  public int unexpressed() {
    return unexpressed;
  }

  /** Whether there were more rows than are kept; the code from there on is without. */
  public boolean isCut() {
    return cut;
  }

  /** The rule in force at a virtual address, as the kernel side finds it. */
  public UnwindRule ruleAt(long address) {
    long offset = address - firstAddress;
    int low = 0;
    int high = rows.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(rows.get(middle) >>> RULE_BITS, offset) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int number = low == 0 ? UnwindRules.INVALID : (int) rows.get(low - 1) & ((1 << RULE_BITS) - 1);
    return rules.get(number);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      for (int number : numbers) {
        rules.release(number);
      }
    }
  }
}
