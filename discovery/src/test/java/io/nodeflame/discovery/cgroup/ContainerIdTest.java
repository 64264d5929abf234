package io.nodeflame.discovery.cgroup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerIdTest {
  private static final String A =
      "ff2285df92115cefe84c0f709decedaa309542b53e4c53b1a398de5342ac5377";
  private static final String B =
      "c2c6883f0e5a4f7194c52612af002b2bc67b71463912086aa0c0333782d8125b";
  private static final String UID = "c14fd02f-1809-41e9-bd1a-8e99b3e88632";
  private static final String UID_ = UID.replace('-', '_');
  private static final String STATIC_UID = "5dc40f60c7b54b8ea3c8b0e8b7f4f0aa";

  private static String filled(String template) {
    return template
        .replace("{A}", A)
        .replace("{B}", B)
        .replace("{UID_}", UID_)
        .replace("{UID}", UID)
        .replace("{STATIC}", STATIC_UID);
  }

  // path | runtime | id | pod
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /kubepods/besteffort/pod{UID}/{A}                                     | UNKNOWN | {A} | {UID}
          /kubepods/burstable/pod{UID}/{A}                                      | UNKNOWN | {A} | {UID}
          /kubepods/pod{UID}/{A}                                                | UNKNOWN | {A} | {UID}
          /kubepods/burstable/pod{STATIC}/{A}                                   | UNKNOWN | {A} | {STATIC}
          /kubepods/burstable/pod{UID}/crio-{A}                                 | CRIO | {A} | {UID}
          /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UID_}.slice/cri-containerd-{A}.scope | CONTAINERD | {A} | {UID}
          /kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{UID_}.slice/cri-containerd-{A}.scope | CONTAINERD | {A} | {UID}
          /kubepods.slice/kubepods-pod{UID_}.slice/cri-containerd-{A}.scope     | CONTAINERD | {A} | {UID}
          /kubepods.slice/kubepods-pod{UID_}.slice/crio-{A}.scope               | CRIO | {A} | {UID}
          /kubepods.slice/kubepods-pod{UID_}.slice/crio-{A}.scope/container     | CRIO | {A} | {UID}
          /kubepods.slice/kubepods-pod{UID_}.slice/docker-{A}.scope             | DOCKER | {A} | {UID}
          /kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{STATIC}.slice/crio-{A}.scope | CRIO | {A} | {STATIC}
          /system.slice/containerd.service/kubepods-burstable-pod{UID_}.slice:cri-containerd:{A} | CONTAINERD | {A} | {UID}
          /kubepods-besteffort-pod{UID_}.slice:crio:{A}                         | CRIO | {A} | {UID}
          /system.slice:docker:{A}                                              | DOCKER | {A} | ''
          /kubepods/burstable/pod{UID}/{A}/docker/{B}                           | UNKNOWN | {A} | {UID}
          /kubepods/burstable/pod{UID}/{A}/kubepods/burstable/pod{STATIC}/{B}   | UNKNOWN | {A} | {UID}
          /kubepods/burstable/pod{UID}/{A}/system.slice/nginx.service           | UNKNOWN | {A} | {UID}
          /docker/{B}/kubepods/burstable/pod{UID}/{A}                           | UNKNOWN | {A} | {UID}
          /docker/{B}/kubelet/kubepods/besteffort/pod{UID}/{A}                  | UNKNOWN | {A} | {UID}
          /docker/{B}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod{UID_}.slice/cri-containerd-{A}.scope | CONTAINERD | {A} | {UID}
          /system.slice/docker-{B}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{UID_}.slice/cri-containerd-{A}.scope | CONTAINERD | {A} | {UID}
          /system.slice/docker-{B}.scope/kubepods.slice/kubepods-pod{UID_}.slice/docker-{A}.scope | DOCKER | {A} | {UID}
          /machine.slice/libpod-{B}.scope/kubelet/kubepods/pod{UID}/{A}         | UNKNOWN | {A} | {UID}
          /system.slice/docker-{B}.scope/system.slice/kubelet.service           | DOCKER | {B} | ''
          /system.slice/docker-{B}.scope/init.scope                             | DOCKER | {B} | ''
          /docker/{A}                                                           | DOCKER | {A} | ''
          /docker/{A}/docker/{B}                                                | DOCKER | {A} | ''
          /docker/{A}/init.scope                                                | DOCKER | {A} | ''
          /system.slice/docker-{A}.scope                                        | DOCKER | {A} | ''
          /custom.slice/custom-team.slice/docker-{A}.scope                      | DOCKER | {A} | ''
          /actions_job/{A}                                                      | DOCKER | {A} | ''
          /machine.slice/libpod-{A}.scope                                       | PODMAN | {A} | ''
          /machine.slice/libpod-{A}.scope/container                             | PODMAN | {A} | ''
          /machine.slice/machine-libpod_pod_{B}.slice/libpod-{A}.scope/container | PODMAN | {A} | ''
          /libpod_parent/libpod-{A}                                             | PODMAN | {A} | ''
          /libpod_parent/{B}/libpod-{A}                                         | PODMAN | {A} | ''
          /system.slice/web.service/libpod-payload-{A}                          | PODMAN | {A} | ''
          /user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{A}.scope/container | PODMAN | {A} | ''
          /user.slice/user-1000.slice/user@1000.service/user.slice/docker-{A}.scope | DOCKER | {A} | ''
          /user.slice/user-1000.slice/user@1000.service/app.slice/nerdctl-{A}.scope | CONTAINERD | {A} | ''
          /system.slice/nerdctl-{A}.scope                                       | CONTAINERD | {A} | ''
          /default/{A}                                                          | CONTAINERD | {A} | ''
          /k8s.io/{A}                                                           | CONTAINERD | {A} | ''
          /ecs/{STATIC}/{A}                                                     | ECS | {A} | ''
          /ecs/{UID}/{A}                                                        | ECS | {A} | ''
          /ecs/main-cluster/{STATIC}/{A}                                        | ECS | {A} | ''
          /ecs/{STATIC}/{STATIC}-2531612879                                     | ECS | {STATIC}-2531612879 | ''
          /ecstasks.slice/ecstasks-{STATIC}.slice/docker-{A}.scope              | DOCKER | {A} | ''
          /../pod{UID}/{A}                                                      | UNKNOWN | {A} | {UID}
          /../../pod{UID}/{A}                                                   | UNKNOWN | {A} | {UID}
          /../../../burstable/pod{UID}/{A}                                      | UNKNOWN | {A} | {UID}
          /../{A}                                                               | UNKNOWN | {A} | ''
          /../cri-containerd-{A}.scope                                          | CONTAINERD | {A} | ''
          /../../kubepods-burstable-pod{UID_}.slice/cri-containerd-{A}.scope    | CONTAINERD | {A} | {UID}
          /../../../kubepods-besteffort.slice/kubepods-besteffort-pod{UID_}.slice/crio-{A}.scope | CRIO | {A} | {UID}
          /../../system.slice/docker-{A}.scope                                  | DOCKER | {A} | ''
          """)
  void findsContainers(String path, ContainerRuntime runtime, String id, String pod) {
    ContainerId found = ContainerId.in(filled(path)).orElseThrow();
    assertEquals(runtime, found.runtime());
    assertEquals(filled(id), found.id());
    assertEquals(filled(pod), found.podUid());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          /
          ""
          /{A}
          docker/{A}
          //docker//{A}
          /docker/../docker/{A}
          /foo/{A}
          /foo/bar/docker-{A}.scope
          /init.scope
          /system.slice/nginx.service
          /system.slice/nginx.service/{A}
          /system.slice/nginx.service/docker-{A}.scope
          /system.slice/docker-{A}.service
          /system.slice/docker-{A}0.scope
          /system.slice/docker-FF2285DF92115CEFE84C0F709DECEDAA309542B53E4C53B1A398DE5342AC5377.scope
          /system.slice/docker-ff2285df9211.scope
          /system.slice/evil-{A}.scope
          /machine.slice/libpod-conmon-{A}.scope
          /kubepods.slice/kubepods-pod{UID_}.slice/crio-conmon-{A}.scope
          /kubepods/pod{UID}/kata_docker-{A}.scope
          /docker/kata_{A}
          /kubepods.slice/kubepods-pod{UID_}.slice
          /kubepods/besteffort/pod{UID}
          /kubepods/besteffort/pod{UID}/sub/{A}
          /kubepods/besteffort/podnot-a-uid/{A}
          /besteffort/pod{UID}/{A}
          /pod{UID}/{A}
          /evil/besteffort/pod{UID}/{A}
          /evilkubepods.slice/evilkubepods-pod{UID_}.slice/docker-{A}
          /evil.slice/evil-pod{UID_}.slice/evil-{A}.scope
          /kubepods-pod.slice/{A}
          /docker/buildkit/ui97kzz5lh63h6hhbbgyfzm2d
          /ecs/not-a-task/{A}
          /ecs/{STATIC}/{STATIC}-
          /ecs/{STATIC}/{STATIC}-99999999999
          /libpod_parent/{A}
          /user.slice/user-1000.slice/session-3.scope/{A}
          /user.slice/user-1000.slice/session-3.scope
          /user.slice/user-1000.slice/user@1000.service/docker/{A}
          /user.slice/user-1000.slice/user@1000.service/app.slice/{A}
          /user.slice/user-1000.slice/user@1000.service/app.slice/libpod-{A}
          /user.slice/user-1000.slice/user@1000.service/app.slice/crio-{A}.scope
          /user.slice/user-1000.slice/user@1000.service/app.slice/cri-containerd-{A}.scope
          /user.slice/user-1000.slice/user@1000.service/kubepods/besteffort/pod{UID}/{A}
          /user.slice/user-1000.slice/user@1000.service/kubepods.slice/kubepods-pod{UID_}.slice/cri-containerd-{A}.scope
          /user.slice/user-1000.slice/user@1000.service/kubepods-pod{UID_}.slice:cri-containerd:{A}
          /../../user@1000.service/kubepods/pod{UID}/{A}
          /kubepods-evil.slice:docker:{A}
          /.slice:docker
          /:docker:{A}
          """)
  void refusesLookAlikes(String path) {
    assertEquals(Optional.empty(), ContainerId.in(filled(path == null ? "" : path)));
  }

  @Test
  void usersCannotClaimPodsButRootlessNodesAreContainers() {
    ContainerId node =
        ContainerId.in(
                filled(
                    "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-{B}.scope"
                        + "/kubelet/kubepods/pod{UID}/{A}"))
            .orElseThrow();
    assertEquals(B, node.id());
    assertEquals("", node.podUid());
  }

  @Test
  void knowsTheContainersOwnDirectory() {
    String container = filled("/kubepods/burstable/pod{UID}/{A}");
    assertEquals(container, ContainerId.in(container + "/sub/x").orElseThrow().directory());
    String relative = filled("/../../pod{UID}/{A}");
    assertEquals(relative, ContainerId.in(relative).orElseThrow().directory());
  }

  @Test
  void refusesLongAndDeepPaths() {
    String deep = "/x".repeat(PathSegments.MAX_DEPTH);
    assertEquals(Optional.empty(), ContainerId.in(filled("/docker/{A}") + deep));
    assertTrue(ContainerId.in(filled("/docker/{A}") + deep.substring(4)).isPresent());
    String wide = "y".repeat(PathSegments.MAX_PATH_CHARS);
    assertEquals(Optional.empty(), ContainerId.in(filled("/docker/{A}/") + wide));
  }

  /** Whatever bytes a path has: no exception, and what is found keeps its shape. */
  @Test
  void mutatedPathsNeverBreak() {
    Random random = new Random(42);
    String[] seeds = {
      filled("/kubepods.slice/kubepods-pod{UID_}.slice/cri-containerd-{A}.scope"),
      filled("/system.slice/containerd.service/kubepods-pod{UID_}.slice:cri-containerd:{A}"),
      filled("/docker/{B}/kubelet/kubepods/besteffort/pod{UID}/{A}"),
      filled("/user.slice/user@1000.service/user.slice/libpod-{A}.scope"),
      filled("/ecs/{STATIC}/{STATIC}-2531612879"),
      "/user.slice/user-1000.slice/user@1000.service/app.slice/dbus-:1.2-a\\x2db@0.service",
    };
    String letters = "/..:-_@\\x2abcdef0123456789.slice.scope";
    int found = 0;
    for (int round = 0; round < 60_000; round++) {
      StringBuilder path = new StringBuilder(seeds[round % seeds.length]);
      for (int edits = random.nextInt(4); edits >= 0; edits--) {
        int at = random.nextInt(path.length());
        switch (random.nextInt(3)) {
          case 0 -> path.setCharAt(at, letters.charAt(random.nextInt(letters.length())));
          case 1 -> path.deleteCharAt(at);
          default -> path.insert(at, letters.charAt(random.nextInt(letters.length())));
        }
      }
      String text = path.toString();
      Optional<ContainerId> container = ContainerId.in(text);
      if (container.isPresent()) {
        found++;
        assertTrue(text.startsWith(container.get().directory()), text);
        String id = container.get().id();
        assertTrue(HexNames.isContainerId(id) || HexNames.isFargateId(id), text);
        assertTrue(!container.get().inPod() || HexNames.isPodUid(container.get().podUid()), text);
      }
      String service = SystemdUnit.of(text).flatMap(SystemdUnit::serviceName).orElse("none");
      assertTrue(!service.isEmpty() && service.length() <= 256 && !service.contains("/"), text);
    }
    assertTrue(found > 1000, "only " + found + " of the mutated paths were containers");
  }
}
