package io.nodeflame.symbolizer.hotspot;

/**
 * One field that {@code gHotSpotVMStructs} tells of.
 *
 * @param type C++ type as HotSpot writes it, such as {@code int16_t}; decides the width
 * @param isStatic whether {@code location} is an address
 * @param location offset in the object, or absolute address of a static field
 */
record VmField(String type, boolean isStatic, long location) {}
