package io.nodeflame.symbolizer.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class DemanglerTest {
  /** Mangled names, each with its SIMPLIFIED form. */
  static final String SIMPLIFIED =
      """
      _ZN3foo3barEv
      foo::bar
      _ZNSt6vectorIiSaIiEE9push_backERKi
      std::vector<int>::push_back
      _ZNSt3mapINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEiSt4lessIS5_ESaISt4pairIKS5_iEEE4findERS9_
      std::map<std::string, int>::find
      _ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6appendEPKc
      std::string::append
      _ZNSt3__112basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEE6appendEPKc
      std::string::append
      _ZNSs6appendEPKc
      std::string::append
      _ZNSolsEi
      std::ostream::operator<<
      _ZNSt10unique_ptrI4BaseSt14default_deleteIS0_EED1Ev
      std::unique_ptr<Base>::~unique_ptr
      _ZSt4sortIN9__gnu_cxx17__normal_iteratorIPiSt6vectorIiSaIiEEEEEvT_S7_
      std::sort<__gnu_cxx::__normal_iterator<int*, std::vector<int>>>
      _ZN12_GLOBAL__N_16Hidden3runEi
      (anonymous namespace)::Hidden::run
      _ZZ4mainENKUlvE_clEv
      main::{lambda#1}::operator()
      _ZZN3foo3barEiENKUliE0_clEi
      foo::bar::{lambda#2}::operator()
      _ZNSt17_Function_handlerIFivEZ4mainEUlvE_E9_M_invokeERKSt9_Any_data
      std::_Function_handler<int (), main::{lambda#1}>::_M_invoke
      _ZN1AC2ERKS_
      A::A
      _ZN1AD0Ev
      A::~A
      _ZN1AcvbEv
      A::operator bool
      _ZNK1AeqERKS_
      A::operator==
      _ZN1AixEi
      A::operator[]
      _ZN1AclEv
      A::operator()
      _ZlsRSoRK5Point
      operator<<
      _Znwm
      operator new
      _ZdlPv
      operator delete
      _ZThn16_N1A1fEv
      non-virtual thunk to A::f
      _ZTv0_n24_N1A1fEv
      virtual thunk to A::f
      _ZTV3Foo
      vtable for Foo
      _ZGVZ3foovE1x
      guard variable for foo::x
      _Z3foov.cold
      foo
      _Z3foov.constprop.0.isra.0
      foo
      _ZN3fooB5cxx11Ev
      foo
      _Z1fIiEvT_
      f<int>
      _Z1fIJicdEEvDpT_
      f<int, char, double>
      _ZN5boost4asio6detail9scheduler3runERNS_6system10error_codeE
      boost::asio::detail::scheduler::run
      _ZN4llvm11SmallVectorINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEELj4EE9push_backEOS6_
      llvm::SmallVector<std::string, 4u>::push_back
      _ZNSt8_Rb_treeINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEESt4pairIKS5_St6vectorISt10shared_ptrIN3com7company7service9ComponentEESaISC_EEESt10_Select1stISF_ESt4lessIS5_ESaISF_EE8_M_eraseEPSt13_Rb_tree_nodeISF_E
      std::_Rb_tree<...>::_M_erase
      _ZN2v88internal12_GLOBAL__N_120ElementsAccessorBaseINS1_32FastPackedObjectElementsAccessorENS1_18ElementsKindTraitsILNS0_12ElementsKindE2EEEE4CopyEv
      v8::internal::(anonymous namespace)::ElementsAccessorBase<...>::Copy
      _Z1fPFvvE
      f
      _ZNSt5arrayIhLm16EEixEm
      std::array<unsigned char, 16ul>::operator[]
      _ZZN3foo3barEvE5inner
      foo::bar::inner
      _ZSt4cout
      std::cout
      _ZN4core3fmt9Formatter9write_str17h0123456789abcdefE
      core::fmt::Formatter::write_str
      _ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE
      core::ptr::drop_in_place<alloc::string::String>
      _ZN61_$LT$alloc..vec..Vec$LT$T$GT$$u20$as$u20$core..fmt..Debug$GT$3fmt17h0123456789abcdefE
      <alloc::vec::Vec<T> as core::fmt::Debug>::fmt
      _ZN3std2rt10lang_start28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE.llvm.1234567
      std::rt::lang_start::{{closure}}
      _RNvCsf9zk_7mycrate4main
      mycrate::main
      _RNvMCsf9zk_7mycrateNtB2_3Foo3bar
      <mycrate::Foo>::bar
      _RNvXCsf9zk_7mycrateNtB2_3FooNtNtCs1_4core3fmt5Debug3fmt
      <mycrate::Foo as core::fmt::Debug>::fmt
      _RNCNvCsf9zk_7mycrate4main0B3_
      mycrate::main::{closure#0}
      _RINvNtCs1_4core3ptr13drop_in_placeNtNtCs2_5alloc6string6StringECs3_1a
      core::ptr::drop_in_place::<alloc::string::String>
      _RNvC7mycrate3foo.llvm.123
      mycrate::foo
      main.main
      main.main
      github.com/foo/bar.(*T).Method
      github.com/foo/bar.(*T).Method
      $s4main3fooyyF
      $s4main3fooyyF
      _Zzz
      _Zzz
      _ZN
      _ZN
      _R
      _R
      """;

  @Test
  void simplifiedNamesAreWhatAFlameGraphNeeds() {
    List<String> lines = SIMPLIFIED.lines().toList();
    assertTrue(lines.size() >= 80, "at least 40 names");
    for (int i = 0; i < lines.size(); i += 2) {
      simplified(lines.get(i), lines.get(i + 1));
    }
  }

  @Test
  void noneIsTheLinkersName() {
    assertEquals("_ZN3foo3barEv", Demangler.demangle("_ZN3foo3barEv", Style.NONE));
  }

  @Test
  void otherLanguagesComeBackUnchanged() {
    for (String name :
        new String[] {
          "",
          "_",
          "_Z",
          "_R",
          "main",
          "main.main",
          "github.com/foo/bar.(*T).Method",
          "type:.eq.runtime._type",
          "$s4main3fooyyF",
          "_$s4main3fooyyF",
          "_T04main3fooyyF",
          "Ljava/lang/String;::hashCode",
          "java.lang.String.hashCode",
          "_ZNSt",
          "_ZL",
          "_Z3fo",
          "_Z99999999999999999999f",
          "_ZN3fooE_",
          "_RNvC7mycrate",
          "_R1NvC1a1b",
          "_ZN1aE!"
        }) {
      for (Style style : Style.values()) {
        assertSame(name, Demangler.demangle(name, style));
      }
    }
  }

  /** The examples of the Itanium C++ ABI's own text; its typeid and mangling notes included. */
  @Test
  void fullNamesSayEverything() {
    full("_ZN1N1TIiiE2mfES0_IddE", "N::T<int, int>::mf(N::T<double, double>)");
    full("_Z1fM1AKFvvRE", "f(void (A::*)() const &)");
    full("_Z3fooILi2EEvRAplT_Li1E_i", "void foo<2>(int (&) [(2)+(1)])");
    full("_Z1fIiEvT_PDtfL0pK_E", "void f<int>(int, decltype ({parm#1})*)");
    full("_ZZ1giEN1S1fE_2i", "g(int)::S::f(int)");
    full("_ZZZ1giEN1S1fE_2iENUt1_2fxEv", "g(int)::S::f(int)::{unnamed type#3}::fx()");
    full("_ZZ1giENKUlvE0_clEv", "g(int)::{lambda()#2}::operator()() const");
    full(
        "_ZZN1S1fEiiEd0_NKUlvE_clEv",
        "S::f(int, int)::{default arg#2}::{lambda()#1}::operator()() const");
    full("_ZNK1SIiE1xMUlvE_clEv", "S<int>::x::{lambda()#1}::operator()() const");
    full("_ZGR1bIvE0_", "reference temporary #1 for b<void>");
    full("_ZN1BIiE2gvB3fooEv", "B<int>::gv[abi:foo]()");
    full(
        "_Z1fSsB1XS_",
        "f(std::basic_string<char, std::char_traits<char>, std::allocator<char> >[abi:X], "
            + "std::basic_string<char, std::char_traits<char>, std::allocator<char> >[abi:X])");
    full("_Z1fPFPFvcEiE", "f(void (*(*)(int))(char))");
    full("_Z3foov.constprop.0.cold", "foo() [clone .constprop.0] [clone .cold]");
    full("_GLOBAL__I__Z3foov", "global constructors keyed to foo()");
    full("_Z1fIJicEEvDpRKT_", "void f<int, char>(int const&, char const&)");
    full("_Z1fIRiEvOT_", "void f<int&>(int&)");
    full("_ZN1AcvPT_IiEEv", "A::operator int*<int>()");
  }

  /** The examples of RFC 2603, where one back reference is too small by one. */
  @Test
  void rustV0NamesOfTheRfc() {
    simplified("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar");
    full("_RNvNtCs1234_7mycrate3foo3bar", "mycrate[3c1c0]::foo::bar");
    simplified("_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>");
    simplified("_RINvNtC3std3mem8align_ofjE", "std::mem::align_of::<usize>");
    simplified("_RINvNtC3std3mem8align_ofRcE", "std::mem::align_of::<&char>");
    simplified(
        "_RINvNtC3std3mem8align_ofNtNtC3std3mem12DiscriminantE",
        "std::mem::align_of::<std::mem::Discriminant>");
    simplified("_RINvNtC3std3mem8align_ofQTReuEE", "std::mem::align_of::<&mut (&str, ())>");
    simplified("_RINvNtC3std3mem8align_ofjEC3foo", "std::mem::align_of::<usize>");
    simplified("_RNCNvNtC7mycrate3foo3bar0", "mycrate::foo::bar::{closure#0}");
    simplified("_RNCNvNtC7mycrate3foo3bars_0", "mycrate::foo::bar::{closure#1}");
    simplified("_RNvNtNtC7mycrateu8gdel_Fqa6escher4bach", "mycrate::g\u00f6del::escher::bach");
    full(
        "_RINtNtC3std4iter5ChainINtB2_3ZipINtNtB4_3vec8IntoItermEBu_EE",
        "std[0]::iter::Chain::<std[0]::iter::Zip<std[0]::vec::IntoIter<u32>, "
            + "std[0]::vec::IntoIter<u32>>>");
  }

  @Test
  void rustV0Types() {
    String f = "_RINvC1a1f";
    simplified(f + "FG_RL0_hEuE", "a::f::<for<'a> fn(&'a u8)>");
    simplified(f + "FUKClEhE", "a::f::<unsafe extern \"C\" fn(i32) -> u8>");
    simplified(f + "DNtC1a1TEL_E", "a::f::<dyn a::T>");
    simplified(f + "DINtC1a1ThEp4ItemmEL_E", "a::f::<dyn a::T<u8, Item = u32>>");
    simplified(f + "DNtC1a1Tp1Xlp1YhNtC1a4SendEL_E", "a::f::<dyn a::T<X = i32, Y = u8> + a::Send>");
    simplified(f + "AhKj3_E", f + "AhKj3_E");
    simplified(f + "Ahj3_E", "a::f::<[u8; 3]>");
    simplified(f + "ShPaOsTlEE", "a::f::<[u8], *const i8, *mut i16, (i32,)>");
    simplified(f + "Kb1_Kc78_Kln3_Kan_KjpE", f + "Kb1_Kc78_Kln3_Kan_KjpE");
    simplified(f + "Kb1_Kc78_Kln3_KpE", "a::f::<true, 'x', -3, _>");
    simplified(f + "KRe6869_KVNtC1a1SS1xl2_EE", "a::f::<\"hi\", a::S { x: 2 }>");
    simplified(f + "KRe6869_E", "a::f::<\"hi\">");
  }

  @Test
  void punycodeOfTheRfc() {
    assertEquals("f\u00f8\u00f8", Punycode.decode("f_Fgaa"));
    assertEquals("\u03b1_\u03c9", Punycode.decode("__ylbHe"));
    assertEquals("\u94c1\u9508", Punycode.decode("nIEamf"));
    assertEquals("\ud83e\udd26", Punycode.decode("fqJh"));
    assertEquals("\u03c1\u03c5\u03c3\u03c4", Punycode.decode("Cxaedc"));
  }

  @Test
  void rustLegacyEscapes() {
    simplified("_ZN5names9g$uf6$del4bach17h202061d49dfa0ce7E", "names::g\u00f6del::bach");
    full("_ZN1a1b17h0123456789abcdefE", "a::b::h0123456789abcdef");
    // Without a hash it is C++.
    full("_ZN1a1b17h0123456789abcdegE", "a::b::h0123456789abcdeg");
  }

  @Test
  void longTemplateArgumentsAreShortenedFromWithin() {
    simplified("_Z1fI1AIiEEvv", "f<A<int>>");
    String inner = "60" + "x".repeat(60);
    simplified("_Z1fI1AI" + inner + inner + "EEvv", "f<A<...>>");
  }

  @Test
  void tooLongFullNamesFallBackToTheSimplifiedOnes() {
    // Each class holds the previous one twice: 2^14 names from 14 substitutions.
    StringBuilder name = new StringBuilder("_Z1f1AIiiE");
    for (int i = 0; i < 14; i++) {
      String previous =
          "S" + (i == 0 ? "0" : Integer.toString(i, 36).toUpperCase(Locale.ROOT)) + "_";
      name.append("S_I").append(previous).append(previous).append('E');
    }
    assertEquals("f", Demangler.demangle(name.toString(), Style.FULL));
  }

  private static void full(String mangled, String expected) {
    assertEquals(expected, Demangler.demangle(mangled, Style.FULL), mangled);
  }

  private static void simplified(String mangled, String expected) {
    assertEquals(expected, Demangler.demangle(mangled, Style.SIMPLIFIED), mangled);
  }
}
