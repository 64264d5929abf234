package io.nodeflame.symbolizer.callframe;

/** The two sections that hold call frame entries; they differ in how an entry names its CIE. */
enum FrameFormat {
  /** A CIE has id 0; a function's entry has the distance back from this field to its CIE. */
  EH_FRAME,
  /** A CIE has an id of all ones; a function's entry has the section offset of its CIE. */
  DEBUG_FRAME
}
