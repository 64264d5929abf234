package io.nodeflame.collector.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code kubectl} and {@code helm}, and where the manifests are. */
final class Tools {
  static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  static final Path DEPLOY = REPOSITORY.resolve("deploy");

  private Tools() {}

  static Shell.Result kubectl(String... arguments) throws IOException, InterruptedException {
    return Shell.run(command("kubectl", arguments));
  }

  /** {@code kubectl} with an object or several on its input. */
  static Shell.Result kubectlWith(String input, String... arguments)
      throws IOException, InterruptedException {
    return Shell.run(command("kubectl", arguments), input);
  }

  static Shell.Result helm(String... arguments) throws IOException, InterruptedException {
    return Shell.run(command("helm", arguments));
  }

  /** The objects that `kubectl apply -k` would send. */
  static String kustomize(Path directory) throws IOException, InterruptedException {
    return kubectl("kustomize", directory.toString()).succeeded();
  }

  /** An image that `make e2e` has built; its name is in the manifests. */
  static Path image(String name) {
    Path archive = REPOSITORY.resolve("dist").resolve(name);
    assertTrue(Files.isRegularFile(archive), () -> "no " + archive + ": run `make e2e`");
    return archive;
  }

  private static List<String> command(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    return command;
  }
}
