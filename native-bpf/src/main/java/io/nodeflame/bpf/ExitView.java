package io.nodeflame.bpf;

/** The end of a process. Valid only inside {@link RecordConsumer#exit}. */
public final class ExitView extends RecordView {}
