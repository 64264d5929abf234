package io.nodeflame.collector.config;

/**
 * What the daemon may use itself; over it the frequency is lowered.
 *
 * @param cpuPercent of one core
 * @param memoryBytes resident memory and BPF maps together
 */
public record BudgetConfig(double cpuPercent, long memoryBytes) {
  private static final Rule<Double> CPU_PERCENT = Rules.decimal(0.1, 100);
  private static final Rule<Long> MEMORY = Rules.bytes(64L << 20, 64L << 30);

  public static final BudgetConfig DEFAULT = new BudgetConfig(2, 160L << 20);

  public BudgetConfig {
    CPU_PERCENT.require("budget.cpuPercent", cpuPercent);
    MEMORY.require("budget.memory", memoryBytes);
  }

  static BudgetConfig read(Section section) {
    BudgetConfig config =
        new BudgetConfig(
            section.value("cpuPercent", DEFAULT.cpuPercent, CPU_PERCENT),
            section.value("memory", DEFAULT.memoryBytes, MEMORY));
    section.refuseOtherKeys();
    return config;
  }

  PrintedSection print() {
    return new PrintedSection()
        .number("cpuPercent", cpuPercent)
        .text("memory", ByteSizeText.format(memoryBytes));
  }
}
