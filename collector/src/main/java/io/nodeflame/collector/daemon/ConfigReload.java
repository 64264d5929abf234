package io.nodeflame.collector.daemon;

import io.nodeflame.collector.config.ConfigChange;
import io.nodeflame.collector.config.ConfigException;
import io.nodeflame.collector.config.ConfigLoader;
import io.nodeflame.collector.config.LoadedConfig;
import io.nodeflame.collector.config.NodeflameConfig;
import io.nodeflame.collector.config.Problem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the configuration file while the daemon runs. Targets and labels take effect at once; a
 * file that is not good changes nothing. The content is compared every few seconds, since a
 * ConfigMap's volume changes by a link above the file; a change counts when it is seen twice, so
 * that a file half written is no configuration.
 */
public final class ConfigReload implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);
  private static final long THREAD_STACK_BYTES = 256 * 1024;

  private final Path file;
  private final Parser parser;
  private final Consumer<NodeflameConfig> user;
  private final ReloadCounts counts;
  private final Consumer<String> warnings;
  private final Semaphore asked = new Semaphore(0);
  private NodeflameConfig inForce;
  private byte @Nullable [] seen;
  private byte @Nullable [] tried;
  private boolean unreadable;
  private volatile @Nullable Thread thread;

  /** Makes a configuration of what a file holds. */
  public interface Parser {
    /**
     * As at the start, with what the command line says.
     *
     * @throws ConfigException with every problem
     */
    LoadedConfig parse(byte[] content) throws ConfigException;
  }

  /**
   * Starts nothing yet.
   *
   * @param inForce what the daemon was started with
   * @param user takes a configuration whose targets or labels are others; throws {@link
   *     IllegalArgumentException} with a problem a line for one that cannot be used
   * @param warnings takes a line each time
   */
  ConfigReload(
      Path file,
      NodeflameConfig inForce,
      Parser parser,
      Consumer<NodeflameConfig> user,
      ReloadCounts counts,
      Consumer<String> warnings) {
    this.file = file;
    this.inForce = inForce;
    this.parser = parser;
    this.user = user;
    this.counts = counts;
    this.warnings = warnings;
    try {
      byte[] content = ConfigLoader.read(file);
      // Else it has changed since the daemon read it, which the first looks find out.
      tried = parser.parse(content).config().equals(inForce) ? content : null;
    } catch (IOException | ConfigException e) {
      tried = null;
    }
  }

  /** Follows the file in a thread of its own until closed. */
  public static ConfigReload start(
      Path file, NodeflameConfig inForce, Parser parser, Daemon daemon) {
    ConfigReload reload =
        new ConfigReload(file, inForce, parser, daemon::use, daemon.reloads(), LOG::warn);
    Thread thread = new Thread(null, reload::run, "config", THREAD_STACK_BYTES);
    thread.setDaemon(true);
    reload.thread = thread;
    thread.start();
    return reload;
  }

  /** Looks at once, and takes the file as it is; from any thread. */
  public void ask() {
    asked.release();
  }

  private void run() {
    try {
      while (true) {
        look(asked.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /**
   * Looks once.
   *
   * @param isAsked whether the file is taken even when it has not changed, or only just has
   */
  synchronized void look(boolean isAsked) {
    byte[] content;
    try {
      content = ConfigLoader.read(file);
    } catch (IOException e) {
      if (!unreadable) {
        refuse(List.of("it cannot be read: " + reason(e)));
      } else if (isAsked) {
        warnings.accept(file + " still cannot be read: " + reason(e));
      }
      unreadable = true;
      return;
    }
    boolean isChanged = unreadable || !Arrays.equals(content, tried);
    boolean isSettled = Arrays.equals(content, seen);
    seen = content;
    if (isAsked || (isChanged && isSettled)) {
      tried = content;
      unreadable = false;
      reload(content);
    }
  }

  /** Without the file's name, which stands in each line anyway. */
  private static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "it does not exist";
    }
    return e instanceof FileSystemException named && named.getReason() != null
        ? named.getReason()
        : String.valueOf(e.getMessage());
  }

  private void reload(byte[] content) {
    try {
      LoadedConfig loaded = parser.parse(content);
      ConfigChange change = ConfigChange.between(inForce, loaded.config());
      if (change.ofTargets()) {
        NodeflameConfig next =
            inForce.withTargets(loaded.config().targets(), loaded.config().labels());
        user.accept(next);
        inForce = next;
        loaded.warnings().forEach(warning -> warnings.accept(file + ": " + warning));
        counts.applied();
        LOG.info("{}: targets and labels follow its new state", file);
      } else {
        counts.unchanged();
      }
      if (!change.needRestart().isEmpty()) {
        warnings.accept(
            file + ": takes effect at the next start: " + String.join(", ", change.needRestart()));
      }
    } catch (ConfigException e) {
      refuse(e.problems().stream().map(Problem::toString).toList());
    } catch (IllegalArgumentException e) {
      refuse(String.valueOf(e.getMessage()).lines().toList());
    } catch (RuntimeException e) {
      refuse(List.of("a fault of this program: " + e));
    }
  }

  private void refuse(List<String> problems) {
    counts.refused();
    for (String problem : problems) {
      warnings.accept(file + " is refused, what was in force stays: " + problem);
    }
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
