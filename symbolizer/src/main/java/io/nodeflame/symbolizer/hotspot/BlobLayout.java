package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;

/**
 * A piece of run-time code, {@code CodeBlob} ({@code codeBlob.hpp}), and the nmethods among them.
 */
final class BlobLayout {
  private static final int NONE = -1;

  final int name;
  final int size;
  final int dataOffset;
  final int frameSize;
  final VmScalar frameComplete;

  /** A pointer (8 bytes) until JDK 22, then an offset from the blob (4 bytes). */
  final VmScalar codeBegin;

  /** Of {@code CodeBlobKind}; offset -1 where there is none. */
  final VmScalar kind;

  final int nmethodKind;
  final VmScalar method;
  final int compileId;
  final VmScalar level;
  final int originalPc;

  /** A pointer (8 bytes) or an offset from the nmethod (4 bytes). */
  final VmScalar deoptHandler;

  BlobLayout(VmFields fields) throws UnsupportedVmException {
    name = fields.offset("CodeBlob::_name");
    size = fields.offset("CodeBlob::_size");
    dataOffset = fields.offset("CodeBlob::_data_offset");
    frameSize = fields.offset("CodeBlob::_frame_size");
    frameComplete = fields.scalar("CodeBlob::_frame_complete_offset");
    codeBegin = fields.scalar("CodeBlob::_code_begin", "CodeBlob::_code_offset");
    boolean hasKind = fields.has("CodeBlob::_kind");
    kind = hasKind ? fields.scalar("CodeBlob::_kind") : new VmScalar(NONE, 1);
    nmethodKind = hasKind ? (int) fields.constant(NONE, "CodeBlobKind::Nmethod") : NONE;
    method = fields.scalar("nmethod::_method", "CompiledMethod::_method");
    compileId = fields.offset("nmethod::_compile_id");
    level = fields.scalar("nmethod::_comp_level");
    originalPc = fields.offset("nmethod::_orig_pc_offset");
    deoptHandler =
        fields.scalar(
            "CompiledMethod::_deopt_handler_begin",
            "nmethod::_deopt_handler_begin",
            "nmethod::_deopt_handler_offset",
            "nmethod::_deopt_handler_entry_offset",
            "nmethod::_deoptimize_offset");
  }

  /** Address of the first instruction. */
  long codeBegin(VmMemory memory, long blob) throws IOException {
    long value = codeBegin.read(memory, blob);
    return codeBegin.width() == 8 ? value : blob + value;
  }
}
