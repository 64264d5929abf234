package io.nodeflame.collector.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program. */
@Command(
    name = "nodeflame",
    description = "Continuous profiler for Kubernetes nodes, without changes to what it profiles.",
    mixinStandardHelpOptions = true,
    versionProvider = ProgramVersion.class)
public final class Nodeflame implements Runnable {
  @Option(
      names = {"-v", "--verbose"},
      description = "Show stack traces of errors.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  @SuppressWarnings("NullAway.Init") // picocli sets it before any command runs
  @Spec
  private CommandSpec spec;

  private Nodeflame() {}

  /** The commands; a new one is added here. */
  private static List<Object> commands(Map<String, String> env, StopSignal signal) {
    return List.of(
        new RunCommand(env, signal),
        new RecordCommand(env, signal),
        new ExplainCommand(),
        new DoctorCommand(env),
        new ConfigCommand(env));
  }

  public static void main(String[] args) {
    StopSignal signal = new StopSignal();
    CommandLine program = commandLine(commands(System.getenv(), signal));
    System.exit(signal.end(execute(program, args)));
  }

  /** The program with commands of one's choice. */
  static CommandLine commandLine(List<Object> commands) {
    Nodeflame nodeflame = new Nodeflame();
    CommandLine program = new CommandLine(nodeflame);
    for (Object command : commands) {
      program.addSubcommand(command);
    }
    return program
        .setUsageHelpLongOptionsMaxWidth(24) // --allow-unsafe-kernel in one piece
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((e, args) -> ErrorMessage.wrongUse(e, e.getCommandLine()))
        .setExecutionExceptionHandler(
            (e, command, parsed) -> ErrorMessage.print(e, nodeflame.verbose, command.getErr()));
  }

  /** Runs it; also what picocli lets through, such as a missing native library, is a sentence. */
  static int execute(CommandLine program, String... args) {
    try {
      return program.execute(args);
    } catch (LinkageError | OutOfMemoryError | StackOverflowError e) {
      boolean verbose = ((Nodeflame) program.getCommand()).verbose;
      return ErrorMessage.print(e, verbose, program.getErr());
    }
  }

  /** Without a command. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
