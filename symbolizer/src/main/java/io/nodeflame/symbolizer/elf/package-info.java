/**
 * ELF files, read and never trusted. Layouts and numbers are those of the System V gABI, chapters
 * "Object Files" and "Program Loading and Dynamic Linking", and of {@code elf(5)}.
 */
@NullMarked
package io.nodeflame.symbolizer.elf;

import org.jspecify.annotations.NullMarked;
