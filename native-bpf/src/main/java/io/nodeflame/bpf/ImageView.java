package io.nodeflame.bpf;

/**
 * What the kernel knows about a process image: enough to name its executable when it is already
 * gone. Valid only inside the call that hands it out.
 */
public final class ImageView extends RecordView {

  /** The process that forked this one; where the exec ids are equal its memory is the same. */
  public ProcessImage parent() {
    return new ProcessImage(
        i32(Layout.IMAGE_PARENT_TGID),
        u64(Layout.IMAGE_PARENT_START),
        u64(Layout.IMAGE_PARENT_EXEC_ID));
  }

  public boolean isKernelThread() {
    return (i32(Layout.IMAGE_FLAGS) & Layout.IMAGE_FLAG_KERNEL_THREAD) != 0;
  }

  /** As {@link SampleView#cgroupId}. */
  public long cgroupId() {
    return u64(Layout.IMAGE_CGROUP_ID);
  }

  /** {@code mm->start_code}: where the executable's first code segment was mapped. */
  public long startCode() {
    return u64(Layout.IMAGE_START_CODE);
  }

  public long executableInode() {
    return u64(Layout.IMAGE_EXE_INODE);
  }

  /** Major number of the executable's device, as {@code /proc/PID/maps} prints it. */
  public int executableDeviceMajor() {
    return i32(Layout.IMAGE_EXE_DEVICE) >>> 20;
  }

  /** Minor number of the executable's device. */
  public int executableDeviceMinor() {
    return i32(Layout.IMAGE_EXE_DEVICE) & 0xfffff;
  }

  /** Name of the leader thread, at most 15 bytes. */
  public String comm() {
    return text(Layout.IMAGE_COMM, Layout.COMM_BYTES);
  }

  /** Last component of the executable's path, at most 63 bytes; empty for a kernel thread. */
  public String executableName() {
    return text(Layout.IMAGE_EXE_NAME, Layout.EXE_NAME_BYTES);
  }
}
