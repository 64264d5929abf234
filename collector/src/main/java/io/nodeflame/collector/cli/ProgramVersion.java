package io.nodeflame.collector.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build: from the jar's manifest, else from Maven's properties in the jar. */
public final class ProgramVersion implements IVersionProvider {
  private static final String PROPERTIES = "/META-INF/maven/io.nodeflame/collector/pom.properties";

  /** Such as {@code 0.1.0}; {@code development} when run from classes. */
  public static String read() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    if (version != null) {
      return version;
    }
    try (InputStream in = ProgramVersion.class.getResourceAsStream(PROPERTIES)) {
      return in == null ? "development" : version(in);
    } catch (IOException e) {
      return "development";
    }
  }

  static String version(InputStream mavenProperties) throws IOException {
    Properties properties = new Properties();
    properties.load(mavenProperties);
    return properties.getProperty("version", "development");
  }

  @Override
  public String[] getVersion() {
    return new String[] {"nodeflame " + read()};
  }
}
