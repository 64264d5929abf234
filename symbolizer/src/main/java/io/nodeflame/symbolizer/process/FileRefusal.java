package io.nodeflame.symbolizer.process;

/** Why a file of a process was not opened. */
public enum FileRefusal {
  NO_FILE("no_file", "the mapping has no file behind it"),
  PROCESS_GONE("process_gone", "the process ended, or its pid belongs to another one now"),
  ABSENT("absent", "there is no such file in the process's root"),
  NO_PERMISSION(
      "no_permission", "reading it needs CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH on the node"),
  BAD_PATH("bad_path", "the path is empty, too long or holds a zero byte"),
  LINK_LOOP("link_loop", "the path goes through too many or through forbidden links"),
  NOT_REGULAR("not_regular", "it is not a regular file"),
  WRONG_OWNER("wrong_owner", "it belongs neither to the process's user nor to root"),
  TOO_BIG("too_big", "it is larger than allowed"),
  OUTDATED("outdated", "it was last written before the process started"),
  OTHER_FILE("other_file", "another file has the path of the mapped one by now"),
  BUSY("busy", "opening it would have to wait for somebody else"),
  UNREADABLE("unreadable", "the kernel could not open it");

  private final String label;
  private final String sentence;

  FileRefusal(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** Value of a metric label. */
  public String label() {
    return label;
  }

  /** Half a sentence for humans. */
  public String sentence() {
    return sentence;
  }
}
