package io.nodeflame.collector.config;

/**
 * A user and password for each request.
 *
 * @param username empty when there is no basic authentication
 */
public record BasicAuthConfig(String username, Secret password) {
  public static final BasicAuthConfig NONE = new BasicAuthConfig("", Secret.NONE);

  private static final String PAIR = "username and password belong together: set both or none";

  public BasicAuthConfig {
    if (username.isEmpty() == password.isSet()) {
      throw new IllegalArgumentException("basicAuth: " + PAIR);
    }
  }

  static BasicAuthConfig read(Section section) {
    String username = section.value("username", "", Rules.TEXT);
    Secret password = section.secret("password");
    section.refuseOtherKeys();
    if (username.isEmpty() == password.isSet()) {
      if (section.isSound()) {
        section.problem("username", PAIR);
      }
      return NONE;
    }
    return new BasicAuthConfig(username, password);
  }

  PrintedSection print() {
    return new PrintedSection().text("username", username).secret("password", password);
  }
}
