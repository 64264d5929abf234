package io.nodeflame.collector;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who may use whom: the leaves by Maven, the rooms of the collector by the table below. */
class RoomsTest {
  private static final String COLLECTOR = "io.nodeflame.collector.";
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.nodeflame");

  /** A room, and the rooms of the collector that it may use. */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("profile", Set.of()),
          Map.entry("account", Set.of()),
          Map.entry("file", Set.of()),
          Map.entry("config", Set.of("file", "profile")),
          Map.entry("proto", Set.of()),
          Map.entry("pprof", Set.of("profile", "proto")),
          Map.entry("export", Set.of("pprof", "profile")),
          Map.entry("delivery", Set.of("file", "pprof", "profile", "proto")),
          Map.entry("store", Set.of("pprof", "profile")),
          Map.entry("collection", Set.of("account", "pprof", "profile")),
          Map.entry("web", Set.of("proto", "store")),
          Map.entry("record", Set.of("export", "file", "pprof", "profile", "web")),
          Map.entry("doctor", Set.of("config", "file")),
          Map.entry(
              "daemon",
              Set.of(
                  "account",
                  "collection",
                  "config",
                  "delivery",
                  "doctor",
                  "file",
                  "pprof",
                  "profile",
                  "store",
                  "web")),
          Map.entry("cli", Set.of("account", "config", "daemon", "doctor", "file", "record")));

  @Test
  void roomsUseOnlyTheRoomsThatTheyMay() {
    Set<String> offences = new TreeSet<>();
    for (JavaClass type : CLASSES) {
      String room = room(type.getPackageName());
      if (room.isEmpty()) {
        continue;
      }
      assertTrue(MAY_USE.containsKey(room), "room " + room + " is not in the table");
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getPackageName())
          .map(RoomsTest::room)
          .filter(used -> !used.isEmpty() && !used.equals(room))
          .filter(used -> !MAY_USE.get(room).contains(used))
          .forEach(used -> offences.add(type.getName() + " uses " + used));
    }
    assertTrue(offences.isEmpty(), () -> String.join("\n", offences));
  }

  @Test
  void leavesDoNotKnowEachOther() {
    leaf("io.nodeflame.bpf..", "io.nodeflame.discovery..", "io.nodeflame.symbolizer..");
    leaf("io.nodeflame.discovery..", "io.nodeflame.bpf..", "io.nodeflame.symbolizer..");
    leaf("io.nodeflame.symbolizer..", "io.nodeflame.bpf..", "io.nodeflame.discovery..");
  }

  @Test
  void roomsOfTheSymbolizerHaveNoCycle() {
    slices().matching("io.nodeflame.symbolizer.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  private static void leaf(String self, String other, String third) {
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage(self)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(other, third, "io.nodeflame.collector..")
        .check(CLASSES);
  }

  private static String room(String packageName) {
    if (!packageName.startsWith(COLLECTOR)) {
      return "";
    }
    String rest = packageName.substring(COLLECTOR.length());
    int dot = rest.indexOf('.');
    return dot < 0 ? rest : rest.substring(0, dot);
  }
}
