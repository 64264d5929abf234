package io.nodeflame.symbolizer.go;

/**
 * A physical function of a Go binary.
 *
 * @param name as the linker knows it, such as {@code net/http.(*Server).Serve}; may be empty
 * @param entry first virtual address
 * @param end first virtual address after it, that is the next function's entry: padding between the
 *     two belongs to this function
 */
public record GoFunction(String name, long entry, long end) {}
