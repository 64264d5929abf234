package io.nodeflame.collector.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelSupportTest {
  @ParameterizedTest
  @CsvSource({
    "4.18.0-553.el8_10.x86_64, REFUSED, false",
    "5.4.0, REFUSED, false",
    "5.9.16, REFUSED, false",
    "5.10.0, OK, false",
    "5.14.0-427.13.1.el9_4.x86_64, OK, false",
    "5.15.0-91-generic, OK, false",
    "5.18.19, OK, false",
    "5.19.0-50-generic, REFUSED, true",
    "6.0.19, REFUSED, true",
    "6.1.0, REFUSED, true",
    "6.1.35, REFUSED, true",
    "6.1.36, OK, false",
    "6.1.141-165.249.amzn2023.x86_64, OK, false",
    "6.2.16, REFUSED, true",
    "6.3.9, REFUSED, true",
    "6.3.10, OK, false",
    "6.4-rc1, OK, false",
    "6.6.52, OK, false",
    "6.14.11, OK, false",
    "6.15.0, WARN, false",
    "6.18.3, WARN, false",
    "6.19.0, OK, false",
    "7.0.0, OK, false",
    "10.1.0, OK, false"
  })
  void rules(String release, KernelSupport.Verdict verdict, boolean overridable) {
    KernelSupport support =
        KernelSupport.of(KernelVersion.parse(release).orElseThrow(), true, Lockdown.NONE);
    assertEquals(verdict, support.verdict());
    assertEquals(overridable, support.overridable());
    assertEquals(verdict == KernelSupport.Verdict.OK, support.reason().isEmpty());
    assertEquals(verdict != KernelSupport.Verdict.OK, support.reason().contains(release));
  }

  @Test
  void withoutBtfOrUnderConfidentialityItIsRefused() {
    KernelVersion good = KernelVersion.parse("6.12.0").orElseThrow();
    KernelSupport noBtf = KernelSupport.of(good, false, Lockdown.NONE);
    assertEquals(KernelSupport.Verdict.REFUSED, noBtf.verdict());
    assertTrue(noBtf.reason().contains("BTF"));
    assertFalse(noBtf.overridable());
    KernelSupport locked = KernelSupport.of(good, true, Lockdown.CONFIDENTIALITY);
    assertEquals(KernelSupport.Verdict.REFUSED, locked.verdict());
    assertTrue(locked.reason().contains("lockdown"));
    assertEquals(
        KernelSupport.Verdict.OK, KernelSupport.of(good, true, Lockdown.INTEGRITY).verdict());
  }

  @Test
  void readsTheKernelThatRuns(@TempDir Path dir) {
    FakeNode node = new FakeNode(dir);
    NodeRoots roots = node.roots();
    assertEquals(KernelSupport.Verdict.OK, KernelSupport.read(roots.proc(), roots.sys()).verdict());
    node.without("sys/kernel/btf/vmlinux");
    assertEquals(
        KernelSupport.Verdict.REFUSED, KernelSupport.read(roots.proc(), roots.sys()).verdict());
    node.without("proc/sys/kernel/osrelease");
    assertTrue(KernelSupport.read(roots.proc(), roots.sys()).overridable());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "6", "six", "6.", ".1", "-6.1", "9999999.1.1", "6.x", "6.1.1234567"})
  void noVersion(String release) {
    assertEquals(Optional.empty(), KernelVersion.parse(release));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "6.1.0-18-amd64 | Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12)"
            + " #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01) | '' | 76",
        "6.1.0-9-amd64 | Linux version 6.1.0-9-amd64 #1 SMP Debian 6.1.27-1 | '' | 27",
        "5.15.0-91-generic | Linux version 5.15.0-91-generic | Ubuntu 5.15.0-91.101-generic 5.15.131"
            + " | 131",
        "6.12.5 | Linux version 6.12.5 Debian 5.10.3-1 | '' | 5",
        "6.12.5 | Linux version 6.12.5 Debian nonsense | Ubuntu | 5"
      })
  void distributionsHideTheirPatchLevel(
      String release, String version, String signature, int patch, @TempDir Path dir) {
    FakeNode node =
        new FakeNode(dir)
            .file("proc/sys/kernel/osrelease", release + "\n")
            .file("proc/version", version + "\n")
            .file("proc/version_signature", signature + "\n");
    KernelVersion read = KernelVersion.read(node.roots().proc()).orElseThrow();
    assertEquals(patch, read.patch());
    assertTrue(read.toString().startsWith(release), read.toString());
  }

  @Test
  void versionsCompareByNumber() {
    KernelVersion version = KernelVersion.parse("6.9.10").orElseThrow();
    assertTrue(version.isAtLeast(6, 9, 10));
    assertTrue(version.isAtLeast(6, 9, 9));
    assertTrue(version.isAtLeast(6, 8, 99));
    assertTrue(version.isAtLeast(5, 10, 99));
    assertFalse(version.isAtLeast(6, 9, 11));
    assertFalse(version.isAtLeast(6, 10, 0));
    assertFalse(version.isAtLeast(7, 0, 0));
  }
}
