package io.nodeflame.symbolizer.demangle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FULL names against binutils' c++filt. */
class CxxOracleTest {
  private static final String SOURCE =
      """
      #include <functional>
      #include <map>
      #include <memory>
      #include <string>
      #include <utility>
      #include <vector>
      namespace {
      struct Hidden { int run(int x) const volatile & { return x; } void gone() && {} };
      enum class Color { RED, GREEN };
      }
      namespace app { inline namespace v2 {
      struct Point {
        int x, y;
        Point() {} ~Point() {}
        Point(std::initializer_list<int>) {}
        Point operator+(const Point&) const { return *this; }
        bool operator<(const Point&) const { return false; }
        Point& operator++() { return *this; }
        Point operator++(int) { return *this; }
        int operator[](int i) const { return i; }
        int operator()(int a, ...) const { return a; }
        operator bool() const { return true; }
        operator std::string() const { return {}; }
        Point* operator->() { return this; }
        template <class T> operator T*() { return nullptr; }
        void* operator new(std::size_t n) { return ::operator new(n); }
        void operator delete(void* p) { ::operator delete(p); }
        static struct { int a; int get() { return a; } } unnamed;
      };
      decltype(Point::unnamed) Point::unnamed;
      } }
      long double operator"" _km(long double d) { return d; }
      template <class T, int N, bool B = true> struct Box {
        T items[N];
        template <class U> auto map(U u) -> Box<decltype(u(T())), N> { return {}; }
        template <class... A> void all(A&&... a) { (void)std::initializer_list<int>{(a, 0)...}; }
      };
      template <class... T> struct Pack {};
      template <class... T> void take(Pack<T...>, T*... p) { (void)std::initializer_list<void*>{p...}; }
      template <template <class...> class C, class T> C<T> wrap(T t) { return C<T>{t}; }
      template <int I> void number(int (&)[I + 1]) {}
      template <class T> auto sum(T a, T b) -> decltype(a + b) { return a + b; }
      template <class T> auto member(T* t) -> decltype(t->size()) { return t->size(); }
      template <class T> std::enable_if_t<(sizeof(T) > 2), T> big(T t) { return t; }
      template <class T> void cast(decltype(static_cast<T>(1))) {}
      template <class T> void negated(Box<T, -(-3)>*) {}
      template <auto F> int calls(app::Point p) { return F(p); }
      int of(app::Point p) { return p.x; }
      template <class T, T... I> void sequence(std::integer_sequence<T, I...>) {}
      template <class... T> auto folded(T... t) -> decltype((t + ...)) { return (t + ...); }
      void (*table(int))(char) { return nullptr; }
      int (*(*nested(int (*)[3]))(double))[2] { return nullptr; }
      void references(int (&)[4], const char (&&)[2], int (app::Point::*)(int) const, int app::Point::*) {}
      void quiet(void (*)() noexcept, const volatile int* const* restrict) {}
      template <class T> struct Outer { template <class U> struct Inner { void go(U, T) {} }; };
      inline int localClass(int n) {
        struct Local { int f(int m) { struct Deep { int g() { return 1; } } d; return d.g() + m; } } l;
        static int counter; struct { int h() { return 2; } } anonymous;
        auto simple = [](int a) { return a; };
        auto generic = [&](auto a, auto... rest) { return sizeof...(rest) + sizeof(a) + n; };
        auto deeper = [=] { return [=](char) { return n; }('c'); };
        return l.f(n) + counter++ + anonymous.h() + simple(1) + (int)generic(1, 2L, 'c') + deeper();
      }
      struct Base { virtual ~Base() {} virtual Base* clone() { return this; } int b; };
      struct Left : virtual Base { virtual Left* clone() { return this; } };
      struct Right : virtual Base { int r; Right* clone() override { return this; } };
      struct Both : Left, Right { Both* clone() override { return this; } };
      thread_local std::string perThread = "x";
      const std::string& guarded() { static const std::string s = perThread; return s; }
      std::function<int(int)> erased(int n) { return [n](int x) { return x + n; }; }
      int use() {
        app::Point p, q; Hidden h; int four[4]; Box<int, 3> b; std::map<std::string, std::vector<int>> m;
        m["a"].push_back(1); ++p; p++; (void)(p + q); (void)(p < q); (void)p[1]; (void)p(1, 2);
        (void)static_cast<bool>(p); (void)static_cast<std::string>(p); (void)static_cast<long*>(p);
        delete new app::Point; app::Point::unnamed.get(); (void)1.0_km; b.map([](int) { return 'c'; });
        b.all(1, 'c', Color::RED); take(Pack<int, char>(), (int*)0, (char*)0); take(Pack<>());
        (void)wrap<std::vector>(1); number<3>(four); sum(1, 2); member(&m); big(1L); cast<int>(1);
        negated<char>(nullptr); calls<of>(p); sequence(std::make_index_sequence<3>()); folded(1, 2L);
        sequence(std::integer_sequence<char, 'a', 'b'>()); sequence(std::integer_sequence<bool, true>());
        table(1); nested(nullptr); Outer<int>::Inner<char>().go('c', 1); h.run(1); Hidden().gone();
        std::unique_ptr<Base> u(new Both); u->clone(); erased(1)(2); guarded();
        return localClass(1);
      }
      """
          .replace("* restrict)", "* __restrict)");

  @TempDir Path directory;

  @BeforeEach
  void needsTools() {
    Tools.requireTool("nm");
    Tools.requireTool("c++filt");
  }

  @Test
  void libstdcxx() throws IOException, InterruptedException {
    Path library = null;
    for (String path :
        List.of(
            "/usr/lib/x86_64-linux-gnu/libstdc++.so.6",
            "/usr/lib/aarch64-linux-gnu/libstdc++.so.6",
            "/usr/lib64/libstdc++.so.6",
            "/usr/lib/libstdc++.so.6")) {
      library = library == null && Files.exists(Path.of(path)) ? Path.of(path) : library;
    }
    Tools.require(library != null, "libstdc++.so.6");
    requireShare("libstdc++", Tools.mangled(directory, "nm", "-D", library.toString()), 0.999);
  }

  @Test
  void compiledFile() throws IOException, InterruptedException {
    Tools.requireTool("g++");
    Path source = directory.resolve("names.cc");
    Path object = directory.resolve("names.o");
    Files.writeString(source, SOURCE);
    Tools.run(
        directory, null, "g++", "-std=c++17", "-c", "-o", object.toString(), source.toString());
    List<String> names = Tools.mangled(directory, "nm", object.toString());
    List<String> differences =
        Tools.differences("compiled C++", names, Tools.cxxfilt(directory, names));
    assertTrue(names.size() > 250, names.size() + " names");
    assertEquals(List.of(), differences);
  }

  @Test
  void bigProgram() throws IOException, InterruptedException {
    Path node = Path.of("/usr/bin/node");
    Tools.require(Files.exists(node), "/usr/bin/node");
    List<String> names = Tools.mangled(directory, "nm", "-D", node.toRealPath().toString());
    Tools.require(!names.isEmpty(), "a node with symbols");
    requireShare("node", names, 0.995);
  }

  private void requireShare(String what, List<String> names, double share)
      throws IOException, InterruptedException {
    List<String> differences = Tools.differences(what, names, Tools.cxxfilt(directory, names));
    String first = differences.isEmpty() ? "" : differences.get(0);
    assertTrue(differences.size() <= (1 - share) * names.size(), first);
  }
}
