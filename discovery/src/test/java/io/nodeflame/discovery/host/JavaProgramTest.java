package io.nodeflame.discovery.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JavaProgramTest {
  private static Optional<String> of(String commandLine) {
    return JavaProgram.of(List.of(commandLine.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "java com.example.Main arg,                                 com.example.Main",
    "java -Xmx1g -Dkey=value -ea Main -jar not-this.jar,        Main",
    "java -cp /opt/lib/*:/opt/app.jar com.example.Main,         com.example.Main",
    "java --class-path /opt/app.jar com.example.Main,           com.example.Main",
    "java --class-path=/opt/app.jar com.example.Main,           com.example.Main",
    "java -server -jar /opt/shop/shop-1.2.jar --port 80,        shop-1.2",
    "java -jar shop.war,                                        shop.war",
    "java -p mods -m com.example.shop/com.example.shop.Main,    com.example.shop.Main",
    "java --module-path mods --module com.example.shop x,       com.example.shop",
    "java --module=com.example.shop/com.example.Main x,         com.example.Main",
    "java --add-opens java.base/java.lang=ALL-UNNAMED -cp a B,  B",
    "java -javaagent:/opt/agent.jar @options.txt Main,          Main",
    "java --source 21 src/Hello.java,                           Hello",
    "java -agentpath:/opt/x.so -XX:+UseZGC a.b.C$D,             a.b.C$D",
  })
  void nameIsOfWhatIsRun(String commandLine, String name) {
    assertEquals(Optional.of(name), of(commandLine));
  }

  @Test
  void argumentsThatNameNothingGiveNoName() {
    for (String commandLine :
        List.of("", "java", "java -version", "java @all", "java -jar", "java -cp")) {
      assertEquals(Optional.empty(), of(commandLine), commandLine);
    }
    assertEquals(Optional.empty(), JavaProgram.of(List.of()));
    assertEquals(Optional.empty(), of("java -jar  "));
  }
}
