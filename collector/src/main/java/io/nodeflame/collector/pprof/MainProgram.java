package io.nodeflame.collector.pprof;

import io.nodeflame.collector.profile.ProfileFrame;
import java.util.List;
import java.util.Optional;

/**
 * The program that a profile is about. Tools show the first mapping of a pprof message as that: a
 * frame of the program says which mapping it is.
 */
public final class MainProgram {
  private static final String NATIVE = "native";

  private MainProgram() {}

  /** A frame of this file, whether one was sampled or not. */
  public static ProfileFrame of(String file, List<ProfileFrame> frames) {
    for (ProfileFrame frame : frames) {
      if (frame.mapping().equals(file)) {
        return frame;
      }
    }
    return new ProfileFrame(NATIVE, file, "", List.of(new ProfileFrame.Line(file, "", 0)));
  }

  /** A frame of the only file that is a program; empty when there is none, or more than one. */
  public static Optional<ProfileFrame> only(List<ProfileFrame> frames) {
    Optional<ProfileFrame> first = first(frames);
    for (ProfileFrame frame : frames) {
      if (isProgram(frame.mapping()) && !frame.mapping().equals(first.orElseThrow().mapping())) {
        return Optional.empty();
      }
    }
    return first;
  }

  /** A frame of the first file that is a program. */
  static Optional<ProfileFrame> first(List<ProfileFrame> frames) {
    for (ProfileFrame frame : frames) {
      if (isProgram(frame.mapping())) {
        return Optional.of(frame);
      }
    }
    return Optional.empty();
  }

  private static boolean isProgram(String mapping) {
    return !mapping.isEmpty()
        && mapping.charAt(0) != '['
        && !mapping.endsWith(".so")
        && !mapping.contains(".so.");
  }
}
