package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;

/**
 * What only the owner of a cluster can do to it: a command that the environment gives. It returns
 * when the API server answers again.
 */
enum Hook {
  /** Restarts the API server. */
  RESTART_API_SERVER("E2E_RESTART_API_SERVER"),

  /**
   * The same with a new key for the tokens of ServiceAccounts, beside the old one, and has the
   * kubelet ask for new tokens.
   */
  NEW_TOKENS("E2E_NEW_TOKENS"),

  /** The same without the old key, so that the tokens of before are refused. */
  REFUSE_OLD_TOKENS("E2E_REFUSE_OLD_TOKENS");

  final String variable;

  Hook(String variable) {
    this.variable = variable;
  }

  /** Fails where all tests must run. */
  boolean isGiven() {
    boolean given = !command().isBlank();
    if (!given) {
      assertNotEquals("true", System.getenv("CI"), () -> variable + " must be set with CI=true");
      System.out.println("not shown: " + variable + " is not set");
    }
    return given;
  }

  void run() throws IOException, InterruptedException {
    Shell.run(List.of("sh", "-c", command())).succeeded();
  }

  private String command() {
    String command = System.getenv(variable);
    return command == null ? "" : command;
  }
}
