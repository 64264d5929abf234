package io.nodeflame.symbolizer.host;

import io.nodeflame.symbolizer.UnnamedReason;
import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import io.nodeflame.symbolizer.process.FileIdentity;
import io.nodeflame.symbolizer.process.FileOpening;
import io.nodeflame.symbolizer.process.FileRefusal;
import io.nodeflame.symbolizer.process.MappedFiles;
import io.nodeflame.symbolizer.process.Mapping;
import io.nodeflame.symbolizer.process.MappingKind;
import io.nodeflame.symbolizer.process.OpenedFile;
import io.nodeflame.symbolizer.process.ProcFs;
import io.nodeflame.symbolizer.process.ProcessId;
import io.nodeflame.symbolizer.process.RefusedFile;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The files that processes map, each parsed once. A mapping is recognized by device, inode and
 * path; a file that no process used meanwhile is opened again and compared before it is believed to
 * be the same. Bounded: files that are not in use go first-used first.
 */
final class CodeFiles {
  private static final int MAX_FILES = 1024;

  private record MappedKey(long device, long inode, String path) {}

  /** A file, or why it cannot be used. */
  record Entry(Optional<CodeFile> file, UnnamedReason reason) {
    static Entry of(CodeFile file) {
      return new Entry(Optional.of(file), UnnamedReason.NO_SYMBOL_AT_ADDRESS);
    }

    static Entry unusable(UnnamedReason reason) {
      return new Entry(Optional.empty(), reason);
    }
  }

  private final MappedFiles mappedFiles;
  private final Map<MappedKey, Entry> files = new LinkedHashMap<>(64, 0.75f, true);

  CodeFiles(ProcFs proc) {
    this.mappedFiles = new MappedFiles(proc);
  }

  /** The file behind a mapping of a live process, with one more user when it is usable. */
  synchronized Entry acquire(ProcessId process, Mapping mapping) {
    MappedKey key = new MappedKey(mapping.device(), mapping.inode(), mapping.path());
    Entry known = files.get(key);
    if (known != null && known.file().map(CodeFile::isInUse).orElse(true)) {
      known.file().ifPresent(CodeFile::addUser);
      return known;
    }
    Entry entry =
        mapping.kind() == MappingKind.VDSO
            ? openVdso(process, mapping, known)
            : open(process, mapping, known);
    if (entry.file().isPresent() || entry.reason() != UnnamedReason.PROCESS_GONE) {
      files.put(key, entry);
      evict();
    }
    entry.file().ifPresent(CodeFile::addUser);
    return entry;
  }

  /** A file seen before in another process, with one more user. */
  synchronized Optional<CodeFile> acquireKnown(long device, long inode) {
    for (Map.Entry<MappedKey, Entry> known : files.entrySet()) {
      MappedKey key = known.getKey();
      if (key.inode() == inode && key.device() == device) {
        Optional<CodeFile> file = known.getValue().file();
        file.ifPresent(CodeFile::addUser);
        return file;
      }
    }
    return Optional.empty();
  }

  synchronized int openCount() {
    int open = 0;
    for (Entry entry : files.values()) {
      open += entry.file().map(CodeFile::isOpen).orElse(false) ? 1 : 0;
    }
    return open;
  }

  synchronized void close() {
    files.values().forEach(entry -> entry.file().ifPresent(CodeFile::release));
    files.clear();
  }

  private Entry open(ProcessId process, Mapping mapping, @Nullable Entry known) {
    FileOpening opening = mappedFiles.open(process, mapping);
    if (opening instanceof OpenedFile opened) {
      return parse(opened.bytes(), opened.identity(), mapping.path(), known);
    }
    boolean isGone =
        opening instanceof RefusedFile refused && refused.reason() == FileRefusal.PROCESS_GONE;
    return Entry.unusable(isGone ? UnnamedReason.PROCESS_GONE : UnnamedReason.FILE_UNREADABLE);
  }

  /** The image is the kernel's and the same in every process; its first reader stands for all. */
  private Entry openVdso(ProcessId process, Mapping mapping, @Nullable Entry known) {
    try {
      ArrayBytes image = mappedFiles.vdso(process, mapping);
      FileIdentity identity = new FileIdentity(0, 0, image.size(), 0);
      return parse(image, identity, "[vdso]", known);
    } catch (MalformedException e) {
      return Entry.unusable(UnnamedReason.FILE_MALFORMED);
    } catch (IOException e) {
      return Entry.unusable(UnnamedReason.PROCESS_GONE);
    }
  }

  private static Entry parse(
      ByteSource bytes, FileIdentity identity, String path, @Nullable Entry known) {
    try {
      if (known != null && known.file().isPresent()) {
        CodeFile same = known.file().get();
        if (same.identity().equals(identity)) {
          same.reopen(bytes);
          return known;
        }
        same.release();
      }
      return Entry.of(CodeFile.parse(bytes, identity, path));
    } catch (MalformedException e) {
      return Entry.unusable(UnnamedReason.FILE_MALFORMED);
    } catch (IOException e) {
      return Entry.unusable(UnnamedReason.FILE_UNREADABLE);
    }
  }

  private void evict() {
    Iterator<Entry> oldestFirst = files.values().iterator();
    while (files.size() > MAX_FILES && oldestFirst.hasNext()) {
      Entry entry = oldestFirst.next();
      if (entry.file().map(CodeFile::isInUse).orElse(false)) {
        continue;
      }
      entry.file().ifPresent(CodeFile::release);
      oldestFirst.remove();
    }
  }
}
