package io.nodeflame.collector.config;

import io.nodeflame.collector.file.RegularFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the configuration and finds all that is wrong with it at once. */
public final class ConfigLoader {
  private ConfigLoader() {}

  /**
   * Loads a file.
   *
   * @param env what <code>${NAME}</code> in values means
   * @throws IOException when the file cannot be read
   * @throws ConfigException with every problem of the file
   */
  public static LoadedConfig load(Path file, Map<String, String> env)
      throws IOException, ConfigException {
    return load(read(file), env);
  }

  /**
   * Reads a file up to its bound; what is longer is refused by {@link #load(byte[], Map)}.
   *
   * @throws IOException when the file is no regular one or cannot be read
   */
  public static byte[] read(Path file) throws IOException {
    return RegularFile.read(file, YamlReader.MAX_CHARS + 1);
  }

  /**
   * Loads what a file holds.
   *
   * @param env what <code>${NAME}</code> in values means
   * @throws ConfigException with every problem of it
   */
  public static LoadedConfig load(byte[] bytes, Map<String, String> env) throws ConfigException {
    if (bytes.length > YamlReader.MAX_CHARS) {
      throw refused("allowed: a file of at most " + ByteSizeText.format(YamlReader.MAX_CHARS));
    }
    try {
      return load(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString(), env);
    } catch (CharacterCodingException e) {
      throw refused("allowed: text in UTF-8");
    }
  }

  /**
   * Loads text.
   *
   * @param yaml empty text gives all defaults
   * @param env what <code>${NAME}</code> in values means
   * @throws ConfigException with every problem of the text
   */
  public static LoadedConfig load(String yaml, Map<String, String> env) throws ConfigException {
    Problems problems = new Problems();
    Optional<YamlNode> root = YamlReader.read(yaml, problems);
    Section section = Section.root(root, new EnvExpansion(env), problems);
    NodeflameConfig config = NodeflameConfig.read(section);
    problems.throwIfAny();
    return LoadedConfig.of(config);
  }

  private static ConfigException refused(String problem) {
    return new ConfigException(List.of(new Problem(0, "", "", problem)));
  }
}
