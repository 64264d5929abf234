package io.nodeflame.symbolizer.elf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.symbolizer.bytes.ArrayBytes;
import io.nodeflame.symbolizer.bytes.ByteSource;
import io.nodeflame.symbolizer.bytes.MalformedException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElfFileTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-pie",
        "-no-pie",
        "-static",
        "-m32 -nostdlib -shared -fPIC",
        "-no-pie -Wl,-Ttext-segment=0x10000000",
        "-pie -Wl,-z,separate-code",
        "-pie -Wl,-z,noseparate-code",
        "-shared -fPIC -Wl,--build-id=none",
        "-pie -Wl,--build-id=0xabcdef0123456789"
      })
  void readsWhatReadelfReads(String options) throws IOException {
    Toolchain tools = new Toolchain(directory);
    String source = options.contains("-m32") ? "int f(int x) { return x; }" : Toolchain.PROGRAM;
    Path file = tools.compile("program", source, options.split(" "));

    ElfFile elf = Toolchain.parse(file);

    String header = tools.run("readelf", "-hW", file.toString());
    assertEquals(field(header, "Class:"), elf.is64Bit() ? "ELF64" : "ELF32");
    assertEquals(Long.decode(field(header, "Entry point address:")), elf.entry());
    assertEquals(field(header, "Type:").startsWith("EXEC"), elf.type() == ElfFile.TYPE_EXECUTABLE);
    Map<Integer, String> machines =
        Map.of(
            ElfFile.MACHINE_386, "Intel 80386",
            ElfFile.MACHINE_X86_64, "Advanced Micro Devices X86-64",
            ElfFile.MACHINE_AARCH64, "AArch64");
    assertEquals(field(header, "Machine:"), machines.get(elf.machine()));
    assertEquals(
        Integer.parseInt(field(header, "Number of program headers:")), elf.segments().size());
    String notes = tools.run("readelf", "-nW", file.toString());
    assertEquals(
        notes.contains("Build ID:") ? Optional.of(field(notes, "Build ID:")) : Optional.empty(),
        elf.buildId());
    assertEquals(readelfSections(tools, file), ourSections(elf));
  }

  private static String field(String text, String name) {
    return text.lines()
        .filter(line -> line.contains(name))
        .map(line -> line.substring(line.indexOf(name) + name.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static List<String> readelfSections(Toolchain tools, Path file) throws IOException {
    return tools
        .run("readelf", "-SW", file.toString())
        .lines()
        .filter(line -> line.matches("\\s+\\[ *[1-9]\\d*\\] .*"))
        .map(line -> line.replaceFirst("\\s+\\[ *\\d+\\] ", "").split("\\s+"))
        .map(w -> w[0] + " " + hex(w[2]) + " " + hex(w[3]) + " " + hex(w[4]))
        .toList();
  }

  private static long hex(String digits) {
    return Long.parseUnsignedLong(digits, 16);
  }

  private static List<String> ourSections(ElfFile elf) {
    return elf.sections().stream()
        .skip(1)
        .map(s -> s.name() + " " + s.address() + " " + s.offset() + " " + s.size())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-pie",
        "-no-pie -Wl,-Ttext-segment=0x10000000",
        "-pie -Wl,-z,noseparate-code",
        "-shared -fPIC -Wl,-Ttext-segment=0x40000000"
      })
  void translatesEveryByteOfCode(String options) throws IOException {
    ElfFile elf = Toolchain.parse(new Toolchain(directory).program("program", options.split(" ")));

    ElfSection text = elf.section(".text").orElseThrow();
    for (long i = 0; i < text.size(); i++) {
      assertEquals(OptionalLong.of(text.address() + i), elf.virtualAddress(text.offset() + i));
      assertEquals(OptionalLong.of(text.offset() + i), elf.fileOffset(text.address() + i));
    }
    long mappingOffset = text.offset() & -4096;
    assertEquals(
        OptionalLong.of(text.address() - (text.offset() - mappingOffset)),
        elf.virtualAddressOfCode(mappingOffset, 4096));
    assertEquals(OptionalLong.empty(), elf.virtualAddress(1L << 40));
    assertEquals(OptionalLong.empty(), elf.fileOffset(-1));
    assertArrayEquals(
        all(elf.contents(text)),
        Arrays.copyOf(all(elf.bytesAt(text.address())), (int) text.size()));
  }

  private static byte[] all(ByteSource source) throws IOException {
    byte[] bytes = new byte[(int) source.size()];
    source.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({"true,false", "true,true", "false,false", "false,true"})
  void readsBothClassesAndByteOrders(boolean wide, boolean big) throws IOException {
    ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    long code = ElfBytes.CODE_ADDRESS;
    byte[] bytes =
        new ElfBytes(wide, order)
            .symbol("first", 0x12, 1, code, 8)
            .symbol("$x", 0x00, 1, code + 8, 0)
            .symbol(".Lskipped", 0x00, 1, code + 8, 0)
            .symbol("undefined", 0x12, 0, code, 8)
            .symbol("absolute", 0x10, 0xfff1, code, 8)
            .symbol("elsewhere", 0x12, 1, code + ElfBytes.CODE_BYTES, 8)
            .symbol("versioned@@V_1.2", 0x22, 1, code + 8, 8)
            .symbol("go.(*T).at@sign", 0x02, 1, code + 16, 8)
            .build();

    ElfFile elf = ElfFile.parse(new ArrayBytes(bytes));

    assertEquals(wide, elf.is64Bit());
    assertEquals(order, elf.byteOrder());
    assertEquals(code + 4, elf.entry());
    assertEquals(OptionalLong.of(code + 5), elf.virtualAddress(ElfBytes.CODE_OFFSET + 5));
    assertEquals(
        List.of("", ".text", ".symtab", ".strtab", ".shstrtab"),
        elf.sections().stream().map(ElfSection::name).toList());
    ElfSymbolCursor symbol = elf.staticSymbols().orElseThrow();
    assertTrue(symbol.nextFunction());
    assertEquals("first", symbol.name());
    assertEquals(code, symbol.address());
    assertEquals(8, symbol.size());
    assertEquals(code + ElfBytes.CODE_BYTES, symbol.limit());
    assertFalse(symbol.isLocal());
    assertTrue(symbol.nextFunction());
    assertEquals("versioned", symbol.name());
    assertTrue(symbol.nextFunction());
    assertEquals("go.(*T).at@sign", symbol.name());
    assertTrue(symbol.isLocal());
    assertFalse(symbol.nextFunction());
    assertEquals(Optional.empty(), elf.dynamicSymbols());
  }

  @Test
  void inflatesCompressedSections() throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path packed = tools.program("packed", "-g3", "-gz=zlib");
    tools.run("objcopy", "--decompress-debug-sections", packed.toString(), "plain");
    ElfFile elf = Toolchain.parse(packed);
    ElfSection section = elf.section(".debug_macro").orElseThrow();
    ElfFile plain = Toolchain.parse(directory.resolve("plain"));
    byte[] expected = all(plain.contents(plain.section(".debug_macro").orElseThrow()));

    assertTrue(section.isCompressed());
    assertThrows(MalformedException.class, () -> elf.contents(section));
    assertThrows(MalformedException.class, () -> elf.inflated(section, expected.length - 1));
    assertArrayEquals(expected, all(elf.inflated(section, expected.length)));
    assertThrows(MalformedException.class, () -> elf.contents(elf.section(".bss").orElseThrow()));
  }

  @Test
  void readsTheDebugLink() throws IOException {
    Toolchain tools = new Toolchain(directory);
    Path file = tools.program("program", "-g");
    tools.run("objcopy", "--only-keep-debug", file.toString(), "program.debug");
    tools.run("objcopy", "--add-gnu-debuglink=program.debug", file.toString());

    CRC32 crc = new CRC32();
    crc.update(Files.readAllBytes(directory.resolve("program.debug")));
    assertEquals(
        Optional.of(new DebugLink("program.debug", (int) crc.getValue())),
        Toolchain.parse(file).debugLink());
  }

  @Test
  void refusesALinkThatLeadsElsewhere() throws IOException {
    for (String name : List.of("../x", "/etc/passwd", "..", "")) {
      byte[] section = Arrays.copyOf(name.getBytes(StandardCharsets.UTF_8), 32);
      ElfHeader header =
          ElfHeader.parse(new ArrayBytes(new ElfBytes(true, ByteOrder.LITTLE_ENDIAN).build()));
      assertEquals(Optional.empty(), DebugLink.parse(new ArrayBytes(section), header));
    }
  }

  @Test
  void findsVariablesByName() throws IOException {
    ElfFile elf = Toolchain.parse(new Toolchain(directory).program("program", "-rdynamic"));

    Map<String, ElfSymbol> found =
        elf.symbolsNamed(Set.of("counter", "per_thread", "outer", "inner", "nothing"));

    assertEquals(Set.of("counter", "per_thread", "outer", "inner"), found.keySet());
    assertEquals(ElfSymbol.TYPE_OBJECT, found.get("counter").type());
    assertEquals(4, found.get("counter").size());
    assertEquals(ElfSymbol.TYPE_TLS, found.get("per_thread").type());
    byte[] value = new byte[1];
    elf.bytesAt(found.get("counter").address()).read(0, value, 0, 1);
    assertEquals(7, value[0]);
  }

  @Test
  void refusesWhatIsNotElf() {
    assertThrows(MalformedException.class, () -> ElfFile.parse(new ArrayBytes(new byte[0])));
    assertThrows(MalformedException.class, () -> ElfFile.parse(new ArrayBytes(new byte[200])));
  }
}
