package io.nodeflame.symbolizer.hotspot;

import java.io.IOException;

/**
 * Where an nmethod keeps what is known of its instructions: methods (metadata), scopes, and the
 * table from pc to scope. Until JDK 22 all lie behind its code; later scopes are in a block of
 * their own, and from JDK 25 on the metadata are in another ({@code nmethod.hpp}).
 */
final class NmethodLayout {
  private static final int NONE = -1;

  private final BlobLayout blob;

  // Until JDK 22: offsets from the nmethod.
  private final int metadataOffset;
  private final boolean isMetadataBehindCode;
  private final int scopesPcsOffset;
  private final int dependenciesOffset;
  private final VmScalar scopesData;

  // Later.
  private final int immutableData;
  private final int immutableBytes;
  private final int mutableData;
  private final int mutableBytes;
  private final int relocationBytes;
  private final int scopesDataEnd;

  NmethodLayout(VmFields fields, BlobLayout blob) throws UnsupportedVmException {
    this.blob = blob;
    boolean isSplit = fields.has("nmethod::_immutable_data");
    boolean isMutable = fields.has("CodeBlob::_mutable_data");
    immutableData = isSplit ? fields.offset("nmethod::_immutable_data") : NONE;
    immutableBytes = isSplit ? fields.offset("nmethod::_immutable_data_size") : NONE;
    mutableData = isMutable ? fields.offset("CodeBlob::_mutable_data") : NONE;
    mutableBytes = isMutable ? fields.offset("CodeBlob::_mutable_data_size") : NONE;
    relocationBytes = isMutable ? fields.offset("CodeBlob::_relocation_size") : NONE;
    metadataOffset = isMutable ? NONE : fields.offset("nmethod::_metadata_offset");
    isMetadataBehindCode = isSplit && !isMutable;
    scopesPcsOffset = fields.offset("nmethod::_scopes_pcs_offset");
    scopesData =
        fields.scalar(
            "nmethod::_scopes_data_begin",
            "CompiledMethod::_scopes_data_begin",
            "nmethod::_scopes_data_offset");
    dependenciesOffset = isSplit ? NONE : fields.offset("nmethod::_dependencies_offset");
    boolean hasReferences = fields.has("nmethod::_immutable_data_ref_count_offset");
    scopesDataEnd =
        hasReferences ? fields.offset("nmethod::_immutable_data_ref_count_offset") : NONE;
  }

  /** Pointers to methods and classes, 8 bytes each. */
  AddressRange metadata(VmMemory memory, long nmethod) throws IOException {
    if (mutableData != NONE) {
      long data = memory.u64(nmethod + mutableData);
      return new AddressRange(
          data + memory.i32(nmethod + relocationBytes), data + memory.i32(nmethod + mutableBytes));
    }
    if (isMetadataBehindCode) {
      return new AddressRange(
          nmethod + memory.i32(nmethod + blob.dataOffset) + memory.u16(nmethod + metadataOffset),
          nmethod + memory.i32(nmethod + blob.size));
    }
    return new AddressRange(
        nmethod + memory.i32(nmethod + metadataOffset), scopesDataBegin(memory, nmethod));
  }

  /** {@code PcDesc} entries. */
  AddressRange pcDescs(VmMemory memory, long nmethod) throws IOException {
    long begin = base(memory, nmethod);
    int end = immutableData != NONE ? scopesData.offset() : dependenciesOffset;
    return new AddressRange(
        begin + memory.i32(nmethod + scopesPcsOffset), begin + memory.i32(nmethod + end));
  }

  /** The scopes, as compressed numbers. */
  AddressRange scopes(VmMemory memory, long nmethod) throws IOException {
    if (immutableData != NONE) {
      long begin = base(memory, nmethod);
      int end = scopesDataEnd != NONE ? scopesDataEnd : immutableBytes;
      return new AddressRange(
          begin + memory.i32(nmethod + scopesData.offset()), begin + memory.i32(nmethod + end));
    }
    return new AddressRange(
        scopesDataBegin(memory, nmethod), nmethod + memory.i32(nmethod + scopesPcsOffset));
  }

  private long base(VmMemory memory, long nmethod) throws IOException {
    return immutableData != NONE ? memory.u64(nmethod + immutableData) : nmethod;
  }

  private long scopesDataBegin(VmMemory memory, long nmethod) throws IOException {
    long value = scopesData.read(memory, nmethod);
    return scopesData.width() == 8 ? value : nmethod + value;
  }
}
