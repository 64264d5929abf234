package io.nodeflame.symbolizer.hotspot;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Classes, methods and compiled code of a {@link FakeVm}, each where its version has it. */
final class FakeCode {
  static final int COMPILE_ID = 4711;
  static final int LEVEL_C2 = 4;

  private static final int HEADER_BYTES = 512;
  private static final int CODE_BYTES = 256;
  private static final int LINE_TABLE_FLAG = 1;

  private final FakeVm vm;
  private final FakeMemory memory;
  private final int excess;

  FakeCode(FakeVm vm, int version) {
    this.vm = vm;
    this.memory = vm.memory;
    this.excess = Unsigned5.excessOf(version);
    vm.putStatic(
        vm.has("JDK_Version::_current")
            ? "JDK_Version::_current"
            : "Abstract_VM_Version::_vm_major_version",
        version);
  }

  private long symbol(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long symbol = memory.allocate(bytes.length + 16);
    if (vm.has("Symbol::_length")) {
      vm.put(symbol, "Symbol::_length", bytes.length);
    } else {
      vm.put(symbol, "Symbol::_length_and_refcount", (long) bytes.length << 16 | 0xffff);
    }
    memory.putBytes(symbol + vm.offset("Symbol::_body[0]"), bytes);
    return symbol;
  }

  /**
   * A method whose line table has bytecode 0 on the given line, 10 on the next, and 1000 far away.
   */
  long method(String className, String name, String signature, String file, int line) {
    long klass = memory.allocate(512);
    vm.put(klass, "Klass::_name", symbol(className));
    long pool = memory.allocate(vm.size("ConstantPool") + 8 * 8);
    vm.put(pool, "ConstantPool::_pool_holder", klass);
    long slots = pool + vm.size("ConstantPool");
    memory.put(slots + 8, 8, symbol(name) | 1); // marked
    memory.put(slots + 16, 8, symbol(signature));
    memory.put(slots + 24, 8, symbol(file));
    if (vm.has("ConstantPool::_source_file_name_index")) {
      vm.put(pool, "ConstantPool::_source_file_name_index", 3);
    } else {
      vm.put(klass, "InstanceKlass::_source_file_name_index", 3);
    }
    int codeBytes = 2000;
    byte[] lines = lineTable(line);
    long constant = memory.allocate(vm.size("ConstMethod") + codeBytes + lines.length + 8);
    vm.put(constant, "ConstMethod::_constants", pool);
    vm.put(
        constant,
        "ConstMethod::_constMethod_size",
        (vm.size("ConstMethod") + codeBytes + lines.length + 7) / 8);
    boolean isPlain = vm.has("ConstMethod::_flags");
    vm.put(
        constant, isPlain ? "ConstMethod::_flags" : "ConstMethod::_flags._flags", LINE_TABLE_FLAG);
    vm.put(constant, "ConstMethod::_code_size", codeBytes);
    vm.put(constant, "ConstMethod::_name_index", 1);
    vm.put(constant, "ConstMethod::_signature_index", 2);
    memory.putBytes(constant + vm.size("ConstMethod") + codeBytes, lines);
    long method = memory.allocate(128);
    vm.put(method, "Method::_constMethod", constant);
    return method;
  }

  private byte[] lineTable(int line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(0xff);
    number(out, 0);
    number(out, 2 * line); // zig-zag
    out.write(10 << 3 | 1);
    out.write(0xff);
    number(out, 2 * 990);
    number(out, 2 * 100_000);
    out.write(0);
    return out.toByteArray();
  }

  /** HotSpot's compressed number ({@code unsigned5.hpp}): the inverse of {@link Unsigned5}. */
  void number(ByteArrayOutputStream out, int value) {
    int low = 192 - excess;
    long rest = value & 0xffff_ffffL;
    for (int i = 0; i < 4 && rest >= low; i++) {
      rest -= low;
      out.write((int) (excess + low + (rest & 63)));
      rest >>>= 6;
    }
    out.write((int) rest + excess);
  }

  /**
   * An nmethod. Its code at offset 16 is in the given scopes, the innermost first; at 64 in the
   * last of them alone.
   *
   * @return address of the nmethod
   */
  long nmethod(List<ScopeReader.Scope> scopes) {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.write(excess); // offset 0 says that there is nothing
    int sender = 0;
    int outermost = 0;
    for (int i = scopes.size() - 1; i >= 0; i--) {
      int at = data.size();
      outermost = outermost == 0 ? at : outermost;
      number(data, sender);
      number(data, i + 1);
      number(data, scopes.get(i).bytecodeIndex() + 1);
      sender = at;
    }
    long nmethod = memory.allocate(HEADER_BYTES + CODE_BYTES + 4096);
    vm.put(nmethod, "CodeBlob::_name", memory.text("nmethod"));
    vm.put(nmethod, "CodeBlob::_size", HEADER_BYTES + CODE_BYTES + 4096);
    vm.put(nmethod, "CodeBlob::_data_offset", HEADER_BYTES + CODE_BYTES);
    if (vm.has("CodeBlob::_code_begin")) {
      vm.put(nmethod, "CodeBlob::_code_begin", nmethod + HEADER_BYTES);
    } else {
      vm.put(nmethod, "CodeBlob::_code_offset", HEADER_BYTES);
    }
    String owner = vm.has("nmethod::_method") ? "nmethod::_method" : "CompiledMethod::_method";
    vm.put(nmethod, owner, scopes.get(scopes.size() - 1).method());
    vm.put(nmethod, "nmethod::_compile_id", COMPILE_ID);
    vm.put(nmethod, "nmethod::_comp_level", LEVEL_C2);
    sections(nmethod, scopes, data.toByteArray(), sender, outermost);
    return nmethod;
  }

  private void sections(
      long nmethod, List<ScopeReader.Scope> scopes, byte[] data, int innermost, int outermost) {
    long behindCode = nmethod + HEADER_BYTES + CODE_BYTES;
    boolean isSplit = vm.has("nmethod::_immutable_data");
    long block = isSplit ? memory.allocate(4096) : nmethod;
    int pcs = isSplit ? 64 : HEADER_BYTES + CODE_BYTES + 2048;
    int scopesAt = isSplit ? 1024 : HEADER_BYTES + CODE_BYTES + 1024;
    int[][] descs = {{-1, 0}, {16, innermost}, {64, outermost}, {0x7fff_ffff, 0}};
    for (int i = 0; i < descs.length; i++) {
      memory.put(block + pcs + 16L * i, 4, descs[i][0]);
      memory.put(block + pcs + 16L * i + 4, 4, descs[i][1]);
    }
    vm.put(nmethod, "nmethod::_scopes_pcs_offset", pcs);
    memory.putBytes(block + scopesAt, data);
    long metadata = behindCode + 512;
    if (isSplit) {
      // The table of pcs ends where the scopes begin: nothing of it is in between.
      int end = pcs + 16 * descs.length;
      memory.putBytes(block + end, data);
      vm.put(nmethod, "nmethod::_immutable_data", block);
      vm.put(nmethod, "nmethod::_immutable_data_size", end + data.length);
      vm.put(nmethod, "nmethod::_scopes_data_offset", end);
      if (vm.has("nmethod::_immutable_data_ref_count_offset")) {
        vm.put(nmethod, "nmethod::_immutable_data_ref_count_offset", end + data.length);
      }
    } else {
      vm.put(nmethod, "nmethod::_dependencies_offset", pcs + 16 * descs.length);
      if (vm.has("CompiledMethod::_scopes_data_begin")) {
        vm.put(nmethod, "CompiledMethod::_scopes_data_begin", nmethod + scopesAt);
      } else {
        vm.put(nmethod, "nmethod::_scopes_data_offset", scopesAt);
      }
    }
    if (vm.has("CodeBlob::_mutable_data")) {
      long mutable = memory.allocate(512);
      metadata = mutable + 32;
      vm.put(nmethod, "CodeBlob::_mutable_data", mutable);
      vm.put(nmethod, "CodeBlob::_relocation_size", 32);
      vm.put(nmethod, "CodeBlob::_mutable_data_size", 32 + 8 * scopes.size());
    } else if (isSplit) {
      vm.put(nmethod, "nmethod::_metadata_offset", 512);
    } else {
      vm.put(nmethod, "nmethod::_metadata_offset", metadata - nmethod);
    }
    for (int i = 0; i < scopes.size(); i++) {
      memory.put(metadata + 8L * i, 8, scopes.get(i).method());
    }
  }

  /** Address of the code at an offset. */
  static long pc(long nmethod, int offset) {
    return nmethod + HEADER_BYTES + offset;
  }
}
