package io.nodeflame.symbolizer.hotspot;

/** Methods, classes, constant pools and symbols: what names and lines come from. */
final class MethodLayout {
  final int constMethod;
  final int constMethodHeaderBytes;
  final int constants;
  final VmScalar constMethodWords;
  final VmScalar flags;
  final long lineTableFlag;
  final VmScalar codeSize;
  final VmScalar nameIndex;
  final VmScalar signatureIndex;
  final int poolHeaderBytes;
  final int poolHolder;

  /** In the constant pool, or in the class until JDK 14. */
  final VmScalar sourceFileIndex;

  final boolean isSourceFileInPool;
  final int className;
  final VmScalar symbolLength;
  final int symbolBody;

  MethodLayout(VmFields fields) throws UnsupportedVmException {
    constMethod = fields.offset("Method::_constMethod");
    constMethodHeaderBytes = fields.size("ConstMethod");
    constants = fields.offset("ConstMethod::_constants");
    constMethodWords = fields.scalar("ConstMethod::_constMethod_size");
    flags = fields.scalar("ConstMethod::_flags", "ConstMethod::_flags._flags");
    lineTableFlag =
        fields.constant(
            1,
            "ConstMethod::_has_linenumber_table",
            "ConstMethodFlags::_misc_has_linenumber_table");
    codeSize = fields.scalar("ConstMethod::_code_size");
    nameIndex = fields.scalar("ConstMethod::_name_index");
    signatureIndex = fields.scalar("ConstMethod::_signature_index");
    poolHeaderBytes = fields.size("ConstantPool");
    poolHolder = fields.offset("ConstantPool::_pool_holder");
    isSourceFileInPool = fields.has("ConstantPool::_source_file_name_index");
    sourceFileIndex =
        fields.scalar(
            "ConstantPool::_source_file_name_index", "InstanceKlass::_source_file_name_index");
    className = fields.offset("Klass::_name");
    symbolLength =
        fields.has("Symbol::_length")
            ? fields.scalar("Symbol::_length")
            // JDK 12 and 13: the upper half of a u4, with the reference count below it.
            : new VmScalar(fields.offset("Symbol::_length_and_refcount") + 2, 2);
    symbolBody = fields.offset("Symbol::_body", "Symbol::_body[0]");
  }
}
