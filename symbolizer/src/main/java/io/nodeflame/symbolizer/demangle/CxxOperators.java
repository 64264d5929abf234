package io.nodeflame.symbolizer.demangle;

import org.jspecify.annotations.Nullable;

/** Operator codes of the Itanium C++ ABI, 5.1.3: code, operands, symbol. */
final class CxxOperators {
  private static final String[] TABLE = {
    "aN2&=",
    "aS2=",
    "aa2&&",
    "ad1&",
    "an2&",
    "aw1co_await ",
    "cl2()",
    "cm2,",
    "co1~",
    "dV2/=",
    "dv2/",
    "de1*",
    "eO2^=",
    "eo2^",
    "eq2==",
    "ge2>=",
    "gt2>",
    "ix2[]",
    "lS2<<=",
    "le2<=",
    "ls2<<",
    "lt2<",
    "mI2-=",
    "mL2*=",
    "mi2-",
    "ml2*",
    "mm1--",
    "ne2!=",
    "ng1-",
    "nt1!",
    "oR2|=",
    "oo2||",
    "or2|",
    "pL2+=",
    "pl2+",
    "pm2->*",
    "pp1++",
    "ps1+",
    "pt2->",
    "qu3?",
    "rM2%=",
    "rS2>>=",
    "rm2%",
    "rs2>>",
    "ss2<=>",
    "nw3 new",
    "na3 new[]",
    "dl1 delete",
    "da1 delete[]",
    "ds2.*",
    "dt2."
  };

  private CxxOperators() {}

  /** The table's entry, or null. */
  static @Nullable String find(char first, char second) {
    for (String entry : TABLE) {
      if (entry.charAt(0) == first && entry.charAt(1) == second) {
        return entry;
      }
    }
    return null;
  }

  static int operands(String entry) {
    return entry.charAt(2) - '0';
  }

  static String symbol(String entry) {
    return entry.substring(3);
  }
}
