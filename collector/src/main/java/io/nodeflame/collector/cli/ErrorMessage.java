package io.nodeflame.collector.cli;

import io.nodeflame.bpf.SamplerException;
import io.nodeflame.collector.config.ConfigException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what went wrong into a sentence and an exit code. */
final class ErrorMessage {
  private ErrorMessage() {}

  static int wrongUse(ParameterException error, CommandLine command) {
    PrintWriter err = command.getErr();
    err.println("nodeflame: " + firstLine(error));
    UnmatchedArgumentException.printSuggestions(error, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return ExitCode.WRONG_USE;
  }

  static int print(Throwable error, boolean verbose, PrintWriter err) {
    if (verbose) {
      error.printStackTrace(err);
    } else if (error instanceof ConfigException config) {
      config.problems().forEach(err::println);
    } else {
      err.println("nodeflame: " + sentence(error));
    }
    if (error instanceof SamplerException sampler && !sampler.verifierLog().isEmpty()) {
      err.println(keep(sampler.verifierLog()));
    }
    err.flush();
    return error instanceof ConfigException ? ExitCode.WRONG_USE : ExitCode.FAILED;
  }

  /** The verifier says thousands of lines: they go to a file, for whoever reports the problem. */
  private static String keep(String verifierLog) {
    try {
      Path file = Files.createTempFile("nodeflame-verifier-", ".log");
      Files.writeString(file, verifierLog);
      return "The verifier's log is in " + file + ".";
    } catch (IOException e) {
      return "The verifier's log could not be kept: " + e.getMessage();
    }
  }

  private static String sentence(Throwable error) {
    if (error instanceof NoSuchFileException missing) {
      return missing.getFile() + " does not exist";
    }
    if (error instanceof AccessDeniedException denied) {
      return denied.getFile() + " may not be read or written by this user";
    }
    if (error instanceof FileSystemException file && file.getReason() != null) {
      return file.getFile() + ": " + file.getReason();
    }
    if (error instanceof IOException
        || error instanceof SamplerException
        || error instanceof IllegalArgumentException) {
      return firstLine(error);
    }
    return "unexpected: " + error.getClass().getSimpleName() + ": " + firstLine(error);
  }

  private static String firstLine(Throwable error) {
    String message = error.getMessage();
    return message == null
        ? error.getClass().getSimpleName()
        : message.lines().findFirst().orElse(error.getClass().getSimpleName());
  }
}
