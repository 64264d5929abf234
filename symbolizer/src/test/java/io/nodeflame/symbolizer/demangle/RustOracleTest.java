package io.nodeflame.symbolizer.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small crate in both manglings against binutils' c++filt. */
class RustOracleTest {
  private static final String SOURCE =
      """
      use std::collections::BTreeMap;
      use std::fmt;
      pub mod shapes {
          pub trait Shape<const N: usize> { fn area(&self) -> u64; fn twice(&self) -> u64 { self.area() * 2 } }
          pub struct Square<T>(pub T);
          impl<T: Into<u64> + Copy> Shape<4> for Square<T> { fn area(&self) -> u64 { let s: u64 = self.0.into(); s * s } }
          impl<T> Square<T> { #[inline(never)] pub fn map<U, F: Fn(T) -> U>(self, f: F) -> Square<U> { Square(f(self.0)) } }
      }
      use shapes::{Shape, Square};
      struct Named<'a, T: ?Sized>(&'a T);
      impl<'a, T: fmt::Debug + ?Sized> fmt::Display for Named<'a, T> {
          fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{:?}", self.0) }
      }
      #[inline(never)] fn dynamic(s: &dyn Shape<4>) -> u64 { s.twice() }
      #[inline(never)] fn apply<F: FnOnce(&str, [u8; 3], (i32, char)) -> u64>(f: F) -> u64 { f("x", [1, 2, 3], (1, 'c')) }
      #[inline(never)] fn constant<const B: bool, const C: char, const I: i8>() -> i32 { if B { C as i32 } else { I as i32 } }
      #[inline(never)] fn pointers<A: ?Sized, B>(_: *const A, _: *mut B, f: unsafe extern "C" fn(i32) -> u8) -> usize { f as usize }
      #[inline(never)] fn higher(f: for<'a> fn(&'a str, &mut [u8]) -> &'a str) -> usize { f("a", &mut [1]).len() }
      #[inline(never)] fn generic<T>(t: T) -> usize { drop(t); std::mem::size_of::<T>() }
      mod g\\u{f6}del { pub mod escher { #[inline(never)] pub fn bach(x: u64) -> u64 { x.rotate_left(3) } } }
      unsafe extern "C" fn c_call(i: i32) -> u8 { i as u8 }
      fn same<'a>(s: &'a str, b: &mut [u8]) -> &'a str { b[0] = 2; s }
      pub fn main() {
          let n = std::env::args().count() as u64;
          let mut map: BTreeMap<String, Vec<Option<u32>>> = BTreeMap::new();
          map.entry(n.to_string()).or_default().push(Some(n as u32));
          let square = Square(n as u32).map(|x| x + 1).map(|x| { let y = move |z: u32| x + z; y(1) });
          let total = dynamic(&square) + apply(|s, a, t| s.len() as u64 + a[0] as u64 + t.0 as u64 + n)
              + constant::<true, 'x', -3>() as u64 + constant::<false, 'y', 3>() as u64
              + pointers::<dyn fmt::Debug + Send, [u8; 2]>(&1u8 as *const u8, std::ptr::null_mut(), c_call) as u64
              + higher(same) as u64 + generic::<Box<dyn Fn(&str) -> String + Send>>(Box::new(|s| s.to_owned())) as u64
              + generic::<for<'a> fn(&'a u8) -> &'a u8>(|x| x) as u64 + generic((1u8, "s", [0i64; 4], ())) as u64
              + g\\u{f6}del::escher::bach(n);
          println!("{} {} {:?}", total, Named("x"), map);
      }
      """
          .replace("\\u{f6}", "\u00f6");

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"legacy", "v0"})
  void compiledCrate(String mangling) throws IOException, InterruptedException {
    Tools.requireTool("rustc");
    Tools.requireTool("nm");
    Tools.requireTool("c++filt");
    Path source = directory.resolve("names.rs");
    Path object = directory.resolve("names.o");
    Files.writeString(source, SOURCE);
    String option = "symbol-mangling-version=" + mangling;
    // Only unstable compilers still choose the legacy mangling.
    Tools.run(
        directory,
        null,
        "env",
        "RUSTC_BOOTSTRAP=1",
        "rustc",
        "-Zunstable-options",
        "-Clink-dead-code",
        "-Ccodegen-units=1",
        "-C" + option,
        "--emit=obj",
        "--crate-type=lib",
        "-o",
        object.toString(),
        source.toString());
    List<String> names = Tools.mangled(directory, "nm", object.toString());
    List<String> differences =
        Tools.differences("Rust " + mangling, names, Tools.cxxfilt(directory, names));
    String prefix = mangling.equals("v0") ? "_R" : "_ZN";
    long count = names.stream().filter(name -> name.startsWith(prefix)).count();
    assertTrue(count > 50, count + " names");
    // c++filt leaves escaped letters outside of ASCII as they are.
    differences.removeIf(text -> text.contains("$uf6$"));
    assertEquals(List.of(), differences);
  }
}
