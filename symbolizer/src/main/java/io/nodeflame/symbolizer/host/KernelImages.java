package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.process.FileIdentity;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.Mapping;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.MappingTable;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The ELF images that the kernel puts into processes, the vDSOs. A process can overwrite its own,
 * so that 64-bit ones are read from this process, once for all; those below 4 GiB, of 32-bit
 * processes, are read from each and shared while they are equal. Safe for both threads.
 */
final class KernelImages {
  private static final int MAX_NARROW = 4;
  private static final long NARROW_END = 1L << 32;

  /** The image, or why there is none. */
  record Found(@Nullable CodeFile file, UnnamedReason reason) {}

  private final MappedFiles mappedFiles;
  private final CodeFiles files;
  private final List<byte[]> narrowImages = new ArrayList<>();
  private final List<CodeFile> narrowFiles = new ArrayList<>();
  private boolean isOwnRead;
  private @Nullable CodeFile own;
  private long ownBytes;

  KernelImages(MappedFiles mappedFiles, CodeFiles files) {
    this.mappedFiles = mappedFiles;
    this.files = files;
  }

  synchronized Found of(ProcessId process, Mapping mapping) {
    if (mapping.end() - NARROW_END > 0) {
      CodeFile file = own();
      boolean isOwn = file != null && mapping.end() - mapping.start() == ownBytes;
      return new Found(isOwn ? file : null, UnnamedReason.FILE_UNREADABLE);
    }
    try {
      return narrow(bytes(mappedFiles.vdso(process, mapping)));
    } catch (MalformedException e) {
      return new Found(null, UnnamedReason.FILE_MALFORMED);
    } catch (IOException e) {
      return new Found(null, UnnamedReason.PROCESS_GONE);
    }
  }

  private @Nullable CodeFile own() {
    if (!isOwnRead) {
      isOwnRead = true;
      try {
        own = readOwn();
      } catch (IOException e) {
        own = null;
      }
    }
    return own;
  }

  private @Nullable CodeFile readOwn() throws IOException {
    ProcFs proc = ProcFs.ofSystem();
    int pid = (int) ProcessHandle.current().pid();
    OptionalLong start = proc.startTimeTicks(pid);
    MappingTable mappings = proc.mappings(pid).orElse(MappingTable.EMPTY);
    for (int i = 0; i < mappings.size(); i++) {
      if (mappings.kind(i) == MappingKind.VDSO && start.isPresent()) {
        ArrayBytes image =
            new MappedFiles(proc).vdso(new ProcessId(pid, start.getAsLong()), mappings.get(i));
        ownBytes = mappings.end(i) - mappings.start(i);
        return parse(image);
      }
    }
    return null;
  }

  private Found narrow(byte[] image) throws IOException {
    for (int i = 0; i < narrowImages.size(); i++) {
      if (Arrays.equals(narrowImages.get(i), image)) {
        return new Found(narrowFiles.get(i), UnnamedReason.NO_SYMBOL_AT_ADDRESS);
      }
    }
    if (narrowImages.size() == MAX_NARROW) { // processes that write into their own
      return new Found(null, UnnamedReason.SYMBOLS_REFUSED);
    }
    CodeFile file = parse(new ArrayBytes(image));
    narrowImages.add(image);
    narrowFiles.add(file);
    return new Found(file, UnnamedReason.NO_SYMBOL_AT_ADDRESS);
  }

  /** Never under the name of a file in the cache of symbols, nor of another start's image. */
  private CodeFile parse(ArrayBytes image) throws IOException {
    int number = files.nextNumber();
    FileIdentity identity =
        new FileIdentity(CodeFile.IN_MEMORY, number, image.size(), System.currentTimeMillis());
    return CodeFile.parse(image, number, identity, "[vdso]");
  }

  private static byte[] bytes(ArrayBytes image) throws IOException {
    byte[] bytes = new byte[(int) image.size()];
    image.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  synchronized void close() {
    narrowFiles.forEach(CodeFile::discard);
    if (own != null) {
      own.discard();
    }
  }
}
