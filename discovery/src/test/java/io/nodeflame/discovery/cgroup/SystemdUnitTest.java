package io.nodeflame.discovery.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemdUnitTest {
  // path | unit | service name
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /system.slice/nginx.service                                        | nginx.service | nginx
          /system.slice/nginx.service/worker                                 | nginx.service | nginx
          /system.slice/foo.service/bar.service                              | foo.service | foo
          /system.slice/system-getty.slice/getty@tty1.service                | getty@tty1.service | getty
          /system.slice/system-postgresql.slice/postgresql@15-main.service   | postgresql@15-main.service | postgresql
          /system.slice/system-sshd.slice/sshd@12-10.0.0.1:22-10.0.0.2:55.service | sshd@12-10.0.0.1:22-10.0.0.2:55.service | sshd
          /system.slice/system-systemd\\x2dfsck.slice/systemd-fsck@dev-disk-by\\x2duuid.service | systemd-fsck@dev-disk-by-uuid.service | systemd-fsck
          /system.slice/a\\x2db.service                                      | a-b.service | a-b
          /system.slice/_memory.service                                      | memory.service | memory
          /../../../system.slice/nginx.service                               | nginx.service | nginx
          /init.scope                                                        | init.scope | ''
          /user.slice/user-1000.slice/session-3.scope                        | session-3.scope | ''
          /user.slice/user-1000.slice/user@1000.service                      | user@1000.service | ''
          /user.slice/user-1000.slice/user@1000.service/init.scope           | init.scope | ''
          /user.slice/user-1000.slice/user@1000.service/app.slice/pipewire.service | pipewire.service | pipewire
          /user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-firefox-4711.scope | app-gnome-firefox-4711.scope | ''
          /user.slice/user-1000.slice/user@1000.service/session.slice/dbus-:1.2-org.a11y.Bus@0.service | dbus-:1.2-org.a11y.Bus@0.service | org.a11y.Bus
          /system.slice/run-u17.service                                      | run-u17.service | ''
          /system.slice/run-r0123456789abcdef.service                        | run-r0123456789abcdef.service | ''
          /system.slice/run-p812-i1200.service                               | run-p812-i1200.service | ''
          /system.slice/run-parts.service                                    | run-parts.service | run-parts
          /machine.slice/machine-web.scope/payload/system.slice/nginx.service | nginx.service | nginx
          /machine.slice/machine-qemu\\x2d1\\x2dvm1.scope/libvirt/emulator   | machine-qemu-1-vm1.scope | ''
          /lxc.payload.web/system.slice/nginx.service                        | nginx.service | nginx
          /lxc/web/system.slice/nginx.service                                | nginx.service | nginx
          """)
  void namesUnits(String path, String unit, String serviceName) {
    SystemdUnit found = SystemdUnit.of(path).orElseThrow();
    assertEquals(unit, found.name());
    assertEquals(serviceName, found.serviceName().orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "/",
    "/system.slice",
    "/nothing/nginx.service",
    "/docker/x",
    "/process_api/7a94a19b",
    "nginx.service",
  })
  void otherPathsAreNotUnderSystemd(String path) {
    assertEquals(Optional.empty(), SystemdUnit.of(path));
  }

  @Test
  void oddUnitsGiveNoName() {
    assertEquals(Optional.empty(), new SystemdUnit(".service").serviceName());
    assertEquals(Optional.empty(), new SystemdUnit("@x.service").serviceName());
    assertEquals(Optional.empty(), SystemdUnit.of("/system.slice/" + "n".repeat(300) + ".service"));
    // A control character or slash written as an escape stays written.
    assertEquals(
        "a\\x00\\x2f\\xzz.service",
        SystemdUnit.of("/system.slice/a\\x00\\x2f\\xzz.service").orElseThrow().name());
    assertEquals("\\x.service", SystemdUnit.of("/system.slice/\\x.service").orElseThrow().name());
  }
}
