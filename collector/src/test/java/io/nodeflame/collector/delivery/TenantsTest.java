package io.nodeflame.collector.delivery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nodeflame.collector.profile.SeriesLabels;
import io.nodeflame.collector.profile.TenantId;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TenantsTest {
  private static final SeriesLabels WEB =
      SeriesLabels.of(Map.of("service_name", "kernel/rcu", "namespace", "web"));

  @Test
  void withoutALabelAllAreOfOne() {
    assertEquals(Optional.of(""), Tenants.NONE.of(WEB));
    assertEquals(Optional.of("a"), Tenants.one("a").of(WEB));
  }

  @Test
  void theLabelDecidesWhereItNamesATenant() {
    assertEquals(Optional.of("web"), new Tenants("namespace", "").of(WEB));
    assertEquals(Optional.of("web"), new Tenants("namespace", "rest").of(WEB));
  }

  @Test
  void whatTheLabelDoesNotNameGoesToTheOtherOrNowhere() {
    for (String label : new String[] {"team", "service_name"}) { // missing; with a slash
      assertEquals(Optional.of("rest"), new Tenants(label, "rest").of(WEB));
      assertEquals(Optional.empty(), new Tenants(label, "").of(WEB));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Team-1_x.y!*'()", "...", "0"})
  void names(String id) {
    assertTrue(TenantId.isValid(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a|b", "a/b", "a b", "a\n", "\u00e4", "a\\b", "a:b"})
  void noNames(String id) {
    assertFalse(TenantId.isValid(id));
  }

  @Test
  void longestName() {
    assertTrue(TenantId.isValid("x".repeat(150)));
    assertFalse(TenantId.isValid("x".repeat(151)));
  }
}
