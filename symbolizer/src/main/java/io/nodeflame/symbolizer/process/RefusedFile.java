package io.nodeflame.symbolizer.process;

/** A file that was not opened, and why. */
public record RefusedFile(FileRefusal reason) implements FileOpening {}
