package io.nodeflame.collector.profile;

/** What the values of a profile mean, with the names that Pyroscope and pprof give it. */
public enum ProfileType {
  CPU("process_cpu", "cpu", "nanoseconds", "cpu", "nanoseconds");

  private final String profileName;
  private final String sampleType;
  private final String sampleUnit;
  private final String periodType;
  private final String periodUnit;

  ProfileType(
      String profileName,
      String sampleType,
      String sampleUnit,
      String periodType,
      String periodUnit) {
    this.profileName = profileName;
    this.sampleType = sampleType;
    this.sampleUnit = sampleUnit;
    this.periodType = periodType;
    this.periodUnit = periodUnit;
  }

  /** Value of the label {@code __name__}. */
  public String profileName() {
    return profileName;
  }

  public String sampleType() {
    return sampleType;
  }

  public String sampleUnit() {
    return sampleUnit;
  }

  public String periodType() {
    return periodType;
  }

  public String periodUnit() {
    return periodUnit;
  }

  /** {@code name:sample type:sample unit:period type:period unit}, as queries name it. */
  public String id() {
    return String.join(":", profileName, sampleType, sampleUnit, periodType, periodUnit);
  }
}
