package io.nodeflame.symbolizer.process;

/** The result of opening a file of a process. */
public sealed interface FileOpening permits OpenedFile, RefusedFile {}
