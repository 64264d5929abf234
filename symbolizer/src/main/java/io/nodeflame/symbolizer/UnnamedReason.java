package io.nodeflame.symbolizer;

/** Why an address has no name. Each is counted, and shown by metrics as {@code reason}. */
public enum UnnamedReason {
  NO_MAPPING("no_mapping", "the address is in no mapping of the process"),
  PROCESS_GONE("process_gone", "the process ended before its mappings could be read"),
  PROCESS_UNREADABLE("process_unreadable", "reading the process's mappings is not permitted"),
  FILE_UNREADABLE("file_unreadable", "the mapped file could not be opened"),
  FILE_MALFORMED("file_malformed", "the mapped file is not a well-formed ELF file"),
  NO_SYMBOLS("no_symbols", "neither the file nor a debug file has a symbol table"),
  NO_SYMBOL_AT_ADDRESS("no_symbol_at_address", "no symbol covers the address"),
  SYMBOLS_REFUSED("symbols_refused", "the symbol table is too large or there is no room for it"),
  NO_PERF_MAP("no_perf_map", "run-time code, and the process writes no perf-map"),
  NOT_IN_PERF_MAP("not_in_perf_map", "run-time code that the perf-map does not cover"),
  PERF_MAP_REFUSED("perf_map_refused", "the perf-map has a wrong owner, kind, size or content"),
  JAVA_UNLOADED(
      "java_unloaded", "the Java method was unloaded, or compiled again, before its name was read"),
  JAVA_STALLED("java_stalled", "reading the Java machine's memory takes too long"),
  KERNEL_HIDDEN("kernel_hidden", "kernel symbols are hidden (kptr_restrict, missing CAP_SYSLOG)"),
  NO_KERNEL_SYMBOL("no_kernel_symbol", "no kernel symbol covers the address"),
  CACHE_FAILED("cache_failed", "the symbol cache directory cannot be used, and memory is full"),
  SYMBOLIZER_FAILED("symbolizer_failed", "a fault of the symbolizer; the log says which");

  private final String label;
  private final String sentence;

  UnnamedReason(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** Value of the metric label {@code reason}. */
  public String label() {
    return label;
  }

  /** One sentence for humans. */
  public String sentence() {
    return sentence;
  }
}
