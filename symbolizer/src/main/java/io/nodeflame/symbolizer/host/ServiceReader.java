package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.PublishedService;
import io.nodeflame.symbolizer.context.ContextReader;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.ProcessMemory;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Reads what processes publish of themselves, in a thread of its own, which is there only while
 * something is to be read. A process may have made the memory in question of a file whose reads
 * never end: then this thread waits until that process ends, names of others stay unread meanwhile,
 * and no sample waits for it.
 */
final class ServiceReader implements AutoCloseable {
  private static final int MAX_WAITING = 256;
  private static final int THREAD_STACK_BYTES = 256 * 1024;

  private final ProcFs proc;
  private final ThreadPoolExecutor thread;

  /**
   * @param proc for this alone
   */
  ServiceReader(ProcFs proc) {
    this.proc = proc;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            ServiceReader::thread);
    thread.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable work) {
    Thread made = new Thread(null, work, "services", THREAD_STACK_BYTES);
    made.setDaemon(true);
    return made;
  }

  /**
   * Reads the context at an address, later. Nobody is told when it cannot be read, or when too many
   * wait already.
   *
   * @param found takes what the process says, in this class's thread
   */
  void ask(ProcessId process, long address, Consumer<PublishedService> found) {
    try {
      thread.execute(() -> read(process, address).ifPresent(found));
    } catch (RejectedExecutionException e) {
      // The address space asks again as long as its process is young.
    }
  }

  /** What the process says now, unless reading that takes longer. */
  PublishedService await(ProcessId process, Duration patience) {
    CompletableFuture<PublishedService> answer = new CompletableFuture<>();
    try {
      thread.execute(() -> answer.complete(read(process).orElse(PublishedService.NONE)));
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return PublishedService.NONE;
    } catch (RejectedExecutionException | ExecutionException | TimeoutException e) {
      return PublishedService.NONE;
    }
  }

  private Optional<PublishedService> read(ProcessId process) {
    try {
      long address = proc.mappings(process.pid()).map(MappingTable::contextAddress).orElse(0L);
      return address == 0 ? Optional.empty() : read(process, address);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Empty when it is no context, cannot be read, or the process is another one by now. */
  private Optional<PublishedService> read(ProcessId process, long address) {
    try (ProcessMemory memory = proc.memory(process.pid(), ContextReader.MAX_READ_BYTES)) {
      PublishedService service = ContextReader.read(memory, address);
      return proc.isCurrent(process) ? Optional.of(service) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
