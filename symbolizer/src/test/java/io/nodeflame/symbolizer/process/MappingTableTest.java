package io.nodeflame.symbolizer.process;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MappingTableTest {
  private static final String MAPS =
      """
      00400000-00401000 r--p 00000000 fd:01 42                                 /usr/bin/a program
      00401000-00402000 r-xp 00001000 fd:01 42                                 /usr/bin/a program
      00403000-00404000 rwxp 00000000 00:00 0                                  [heap]
      7f0000000000-7f0000001000 r-xp 00000000 103:100002 99                    /tmp/x (deleted)
      7f0000001000-7f0000002000 rwxp 00000000 00:00 0 \n7f0000002000-7f0000003000 r-xs 00000000 00:01 7                          /memfd:doublemapper (deleted)
      7f0000003000-7f0000004000 r-xs 00000000 00:01 8                          /dev/zero (deleted)
      7f0000004000-7f0000005000 r-xs 00000000 00:01 9                          /SYSV00000000 (deleted)
      7f0000005000-7f0000006000 r-xp 00000000 00:00 0                          [anon:v8]
      7f0000006000-7f0000007000 r-xs 00000000 00:0e 10                         anon_inode:[x]
      7f0000007000-7f0000008000 r-xp 00000000 00:2a 11                         /a\\012b
      7f0000008000-7f0000009000 r-xp 00000000 00:2a 12                         (unreachable)/lib.so
      7f0000009000-7f000000a000 r-xp 00000000 fd:01 13                         /memfd:looks-like
      7f000000a000-7f000000b000 r-xp 00000000 fd:01 14                         [vdso]
      7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0                          [vdso]
      7fffffffe000-7ffffffff000 --xp 00000000 00:00 0                          [uprobes]
      ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
      """;

  private static MappingTable parse(String text) throws IOException {
    return MappingTable.parse(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void findsTheProcessContextByItsNameOnly() throws IOException {
    String before = "00401000-00402000 r-xp 00001000 fd:01 42   /usr/bin/a\n";
    String[] names = {
      "/memfd:OTEL_CTX (deleted)", "[anon_shmem:OTEL_CTX]", "[anon:OTEL_CTX]",
    };
    for (String name : names) {
      MappingTable table =
          parse(before + "7f0000001000-7f0000002000 rw-s 00000000 00:01 9  " + name);
      assertEquals(0x7f0000001000L, table.contextAddress(), name);
      assertEquals(1, table.size());
    }
    String[] others = {
      "/memfd:OTEL_CTX",
      "/memfd:XOTEL_CTX (deleted)",
      "/tmp/memfd:OTEL_CTX (deleted)",
      "/tmp/x /memfd:OTEL_CTX (deleted)",
      "/tmp/x [anon:OTEL_CTX]",
      "[anon:x [anon:OTEL_CTX]",
      "[heap]",
      ""
    };
    for (String name : others) {
      MappingTable table =
          parse(before + "7f0000001000-7f0000002000 rw-s 00000000 00:01 9  " + name);
      assertEquals(0, table.contextAddress(), name);
      assertEquals(0, table.malformedLines(), name);
    }
  }

  @Test
  void keepsExecutableMappingsOfEveryKind() throws IOException {
    MappingTable table = parse(MAPS);
    assertEquals(16, table.size());
    assertEquals(0, table.malformedLines());
    assertFalse(table.truncated());
    assertEquals(
        new Mapping(
            0x401000, 0x402000, 0x1000, 0xfd01, 42, "/usr/bin/a program", false, MappingKind.FILE),
        table.get(0));
    Mapping deleted = table.get(2);
    assertEquals("/tmp/x", deleted.path());
    assertTrue(deleted.deleted());
    assertEquals(Device.number(0x103, 0x100002), deleted.device());
    MappingKind[] kinds = new MappingKind[table.size()];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = table.kind(i);
    }
    MappingKind file = MappingKind.FILE;
    MappingKind anonymous = MappingKind.ANONYMOUS;
    assertArrayEquals(
        new MappingKind[] {
          file,
          anonymous,
          file,
          anonymous,
          anonymous,
          anonymous,
          anonymous,
          anonymous,
          anonymous,
          file,
          file,
          file,
          anonymous,
          MappingKind.VDSO,
          anonymous,
          MappingKind.VSYSCALL
        },
        kinds);
    assertEquals("", table.path(3));
    assertEquals("/memfd:doublemapper", table.path(4));
    assertEquals("/a\\012b", table.path(9));
  }

  @Test
  void findsUnsignedAddresses() throws IOException {
    MappingTable table = parse(MAPS);
    assertEquals(-1, table.find(0));
    assertEquals(-1, table.find(0x400fff));
    assertEquals(0, table.find(0x401000));
    assertEquals(0, table.find(0x401fff));
    assertEquals(-1, table.find(0x402000));
    assertEquals(13, table.find(0x7ffd00001fffL));
    assertEquals(15, table.find(0xffffffffff600400L));
    assertEquals(-1, table.find(-1));
    assertEquals(0x1234, table.get(0).fileOffsetOf(0x401234));
    assertEquals(-1, MappingTable.EMPTY.find(0));
  }

  @Test
  void leavesOutAndCountsLinesTheKernelDoesNotWrite() throws IOException {
    String good = "1000-2000 r-xp 0 0:0 0\n";
    for (String bad :
        new String[] {
          "\n",
          "x\n",
          "3000-2fff r-xp 0 0:0 0\n",
          "3000-3000 r-xp 0 0:0 0\n",
          "1800-2800 r-xp 0 0:0 0\n",
          "0-10 r-xp 0 0:0 0\n",
          "-3000 r-xp 0 0:0 0\n",
          "3000-4000 r-x\n",
          "3000-4000 r-xp 0 0:0\n",
          "3000-4000 r-xp 0 0:0 -1 /a\n",
          "3000-4000 r-xp 0 0:0 1a /a\n",
          "3000-4000 r-xp z 0:0 1 /a\n",
          "00000000000003000-4000 r-xp 0 0:0 1 /a\n",
          "3000-4000 r-xp 0 0:0 111111111111111111111 /a\n"
        }) {
      MappingTable table = parse(good + bad + "5000-6000 r-xp 0 0:0 1 /end");
      assertEquals(2, table.size(), bad);
      assertEquals(1, table.malformedLines(), bad);
      assertEquals("/end", table.path(1));
    }
  }

  @Test
  void cutsAPathThatIsTooLongAndNeverReadsItsRestAsALine() throws IOException {
    String forged = "5000-6000 r-xp 0 0:0 1 /forged";
    for (int length : new int[] {20_000, 20_400, 20_450, 20_480, 20_500, 40_000, 41_000}) {
      String path = "/" + "p".repeat(length) + forged.repeat(2000);
      MappingTable table = parse("1000-2000 r-xp 0 0:0 1 " + path + "\n7000-8000 r-xp 0 0:0 0\n");
      assertEquals(2, table.size());
      assertTrue(path.startsWith(table.path(0)));
      assertEquals(0x7000, table.start(1));
    }
  }

  @Test
  void readsTheSameInPiecesOfAnySize() throws IOException {
    for (int size = 1; size < 300; size += 7) {
      int most = size;
      InputStream pieces =
          new ByteArrayInputStream(MAPS.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] target, int offset, int length) {
              return super.read(target, offset, Math.min(most, length));
            }
          };
      assertTrue(parse(MAPS).hasSameMappings(MappingTable.parse(pieces)));
    }
  }

  @Test
  void saysThatItIsTruncated() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < MappingTable.MAX_MAPPINGS + 1; i++) {
      long start = 0x1000L * (i + 1);
      text.append(Long.toHexString(start)).append('-').append(Long.toHexString(start + 0x1000));
      text.append(" r-xp 0 0:0 0\n");
    }
    MappingTable table = parse(text.toString());
    assertEquals(MappingTable.MAX_MAPPINGS, table.size());
    assertTrue(table.truncated());
    assertFalse(parse(text.substring(0, text.lastIndexOf("\n", text.length() - 2))).truncated());
  }

  @Test
  void boundsTheMemoryOfPaths() throws IOException {
    StringBuilder text = new StringBuilder();
    String name = "/" + "x".repeat(4000);
    for (int i = 1; i <= 2000; i++) {
      text.append(String.format("%x000-%x000 r-xp 00000000 08:01 %d %s%d%n", i, i + 1, i, name, i));
    }
    MappingTable table = parse(text.toString());
    assertTrue(table.truncated());
    assertTrue(table.size() * 4000L <= MappingParser.MAX_PATH_BYTES);
    assertTrue(table.size() > 500, "what fits is kept");
  }

  @Test
  void sharesEqualPaths() throws IOException {
    PathPool pool = new PathPool();
    byte[] text = "/lib/a/lib/a/lib/\u00e9".getBytes(StandardCharsets.UTF_8);
    String first = pool.get(text, 0, 6);
    assertEquals("/lib/a", first);
    assertSame(first, pool.get(text, 6, 12));
    assertEquals("/lib/\u00e9", pool.get(text, 12, text.length));
    assertSame("", pool.get(text, 3, 3));
  }

  @Test
  void comparesTables() throws IOException {
    assertTrue(parse(MAPS).hasSameMappings(parse(MAPS)));
    assertFalse(parse(MAPS).hasSameMappings(parse(MAPS.replace("/tmp/x", "/tmp/y"))));
    assertFalse(parse(MAPS).hasSameMappings(parse(MAPS.replace(" 99 ", " 98 "))));
    assertTrue(
        parse(MAPS).hasSameMappings(parse("300-400 rw-p 0 0:0 0 [data]\n" + MAPS)),
        "data mappings do not count");
  }

  @Test
  void survivesEveryMutation() throws IOException {
    byte[] maps =
        (MAPS + Files.readString(Path.of("/proc/self/maps"))).getBytes(StandardCharsets.UTF_8);
    Random random = new Random(11);
    int damaged = 0;
    for (int i = 0; i < 3000; i++) {
      MappingTable table = MappingTable.parse(new ByteArrayInputStream(Mutation.of(maps, random)));
      damaged += table.malformedLines() > 0 ? 1 : 0;
      for (int j = 0; j < table.size(); j++) {
        assertTrue(Long.compareUnsigned(table.start(j), table.end(j)) < 0);
        assertTrue(j == 0 || Long.compareUnsigned(table.end(j - 1), table.start(j)) <= 0);
        assertEquals(j, table.find(table.end(j) - 1));
      }
    }
    assertTrue(damaged > 100, damaged + " damaged");
  }
}
