package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;

/** The tables of a Java machine lack something or make no sense. The message is for people. */
public final class UnsupportedVmException extends IOException {
  private static final long serialVersionUID = 1;

  public UnsupportedVmException(String message) {
    super(message);
  }
}
